/* claim_table.h - claim.def as a constant table by word, made at build time (agent/table/claim_table.c). Private to claim_words.c.
 *
 * It has no pointer, so it is the same read-only pages for every process, and nothing is made for a draft. Open addressing: a word is in the first slot from claim_slot() on that has it,
 * and a slot with entry 0, the entry of no word, ends the search. Half of the slots are empty.
 */
#ifndef AGENT_CLAIM_TABLE_H
#define AGENT_CLAIM_TABLE_H

#include "base/text.h"

enum { CLAIM_SLOTS = 4096, CLAIM_WORD_BYTES_MAX = 22 };

struct claim_entry {
    uint64_t classes;
    uint8_t proofs, len;
    char word[CLAIM_WORD_BYTES_MAX];
};

extern const uint16_t claim_slots[CLAIM_SLOTS];
extern const struct claim_entry claim_entries[];

/* FNV-1a. The words of the table are our own, so nobody can choose collisions. */
static inline size_t claim_slot(struct str word)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < word.len; i++) hash = (hash ^ (unsigned char)word.ptr[i]) * 16777619u;
    return hash % CLAIM_SLOTS;
}

#endif
