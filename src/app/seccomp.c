/* seccomp.c - a table of rules as a filter program (BPF, linux/filter.h): the architecture first, then one comparison for each rule.
 *
 * libseccomp was rejected: these are its few lines that we need, without a library in the process that parses strangers' input. Calls of another architecture (int 0x80) end the process: their
 * numbers mean other things.
 */
#include "app/seccomp.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"

#if defined(__x86_64__)
#define OUR_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCH AUDIT_ARCH_AARCH64
#else
#define OUR_ARCH 0
#endif

enum { FIXED_STEPS = 9, RULE_STEPS = 6, X32_BIT = 0x40000000 };

struct program {
    struct sock_filter *steps;
    unsigned short count;
};

static void step(struct program *program, uint16_t code, uint32_t value, uint8_t if_true, uint8_t if_false)
{
    program->steps[program->count++] = (struct sock_filter){ .code = code, .jt = if_true, .jf = if_false, .k = value };
}

static void load(struct program *program, size_t offset)
{
    step(program, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void answer(struct program *program, uint32_t what)
{
    step(program, BPF_RET | BPF_K, what, 0, 0);
}

/* The number of the call is loaded before, and after. */
static void add_rule(struct program *program, const struct seccomp_rule *rule)
{
    bool has_condition = rule->mask != 0;
    step(program, BPF_JMP | BPF_JEQ | BPF_K, rule->call, 0, has_condition ? 5 : 1);
    if (has_condition) {
        load(program,
             offsetof(struct seccomp_data, args) + rule->argument * sizeof(uint64_t)); /* little-endian: the low half is first */
        step(program, BPF_ALU | BPF_AND | BPF_K, rule->mask, 0, 0);
        step(program, BPF_JMP | BPF_JEQ | BPF_K, rule->value, 0, 1);
    }
    answer(program, SECCOMP_RET_ALLOW);
    if (has_condition) load(program, offsetof(struct seccomp_data, nr));
}

bool seccomp_allow(const struct seccomp_rule *rules, size_t count)
{
    if (OUR_ARCH == 0) return false;
    struct program program = { .steps = mem_array(FIXED_STEPS + count * RULE_STEPS, sizeof(struct sock_filter)) };
    load(&program, offsetof(struct seccomp_data, arch));
    step(&program, BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0);
    answer(&program, SECCOMP_RET_KILL_PROCESS);
    load(&program, offsetof(struct seccomp_data, nr));
    step(&program, BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1);
    answer(&program, SECCOMP_RET_KILL_PROCESS);
    for (size_t i = 0; i < count; i++) add_rule(&program, &rules[i]);
    step(&program, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1);
    answer(&program, SECCOMP_RET_ERRNO | ENOSYS);
    answer(&program, SECCOMP_RET_ERRNO | EPERM);
    const struct sock_fprog filter = { .len = program.count, .filter = program.steps };
    bool is_on = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter) == 0;
    mem_free(program.steps);
    return is_on;
}
