/* claim_table.c - writes claim.def as a table by word, at build time:  claim_table > OUT.c
 *
 * The definition is read by class, which is how it is kept right; the gate asks by word. The table was made for each draft before, which was a third of a turn's work.
 */
#include "agent/claim_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/claim_words.h"

static const struct {
    enum claim_class class;
    unsigned proofs;
    const char *words;
} rows[] = {
#define SAID(class, proofs, words) { SAYS_##class, proofs, words },
#include "agent/claim.def"
#undef SAID
};

struct table {
    struct claim_entry entries[CLAIM_SLOTS / 2 + CLAIM_SLOTS / 4]; /* 0 is the entry of no word */
    uint16_t slots[CLAIM_SLOTS];
    size_t count;
};

/* The entry of a word, a new one the first time. A word that does not fit ends the build. */
static struct claim_entry *entry_of(struct table *table, struct str word)
{
    size_t at = claim_slot(word);
    for (; table->slots[at]; at = (at + 1) % CLAIM_SLOTS) {
        struct claim_entry *entry = &table->entries[table->slots[at]];
        if (str_eq((struct str){ entry->word, entry->len }, word)) return entry;
    }
    if (word.len > CLAIM_WORD_BYTES_MAX || table->count == sizeof table->entries / sizeof table->entries[0]) {
        fprintf(stderr, "claim.def: no room for \"%.*s\" (claim_table.h)\n", STR_ARG(word));
        exit(1);
    }
    struct claim_entry *entry = &table->entries[table->count];
    table->slots[at] = (uint16_t)table->count++;
    entry->len = (uint8_t)word.len;
    memcpy(entry->word, word.ptr, word.len);
    return entry;
}

static void fill(struct table *table)
{
    table->count = 1;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct str rest = str_from(rows[i].words), word;
        while (str_split(&rest, ' ', &word)) {
            struct claim_entry *entry = entry_of(table, word);
            entry->classes |= UINT64_C(1) << rows[i].class;
            entry->proofs |= (uint8_t)rows[i].proofs;
        }
    }
}

int main(void)
{
    static struct table table;
    fill(&table);
    puts("#include \"agent/claim_table.h\"\n\nconst struct claim_entry claim_entries[] = {");
    for (size_t i = 0; i < table.count; i++) {
        const struct claim_entry *entry = &table.entries[i];
        printf("    { 0x%llx, %u, %u, \"%.*s\" },\n", (unsigned long long)entry->classes, entry->proofs, entry->len,
               (int)entry->len, entry->word);
    }
    puts("};\n\nconst uint16_t claim_slots[CLAIM_SLOTS] = {");
    for (size_t i = 0; i < CLAIM_SLOTS; i++) printf("%u,%s", table.slots[i], i % 16 == 15 ? "\n" : " ");
    puts("};");
    return ferror(stdout) || fflush(stdout) ? 1 : 0;
}
