/* Arenas and the heap below them. */
#include "unit/unit.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/sanitizer.h"

static bool is_zero(const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bytes[i]) return false;
    return true;
}

static void pieces_are_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    static const size_t sizes[] = { 1, 7, 16, 0, 33, 4096, 5000, 300 * 1024, 1 };
    enum { COUNT = sizeof sizes / sizeof *sizes };
    char *pieces[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        pieces[i] = arena_alloc(&arena, sizes[i]);
        assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
        assert_true(is_zero(pieces[i], sizes[i]));
        memset(pieces[i], (int)i + 1, sizes[i]);
    }
    for (size_t i = 0; i < COUNT; i++)
        for (size_t k = 0; k < sizes[i]; k++) assert_int_equal(pieces[i][k], i + 1);
    arena_clear(&arena);
    assert_int_equal(arena.total, 0);
    assert_true(is_zero(arena_alloc(&arena, 4096), 4096)); /* it can be used again */
    arena_clear(&arena);
}

static void few_heap_calls(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    for (int i = 0; i < 10000; i++) (void)arena_alloc(&arena, 64); /* 640 KB, or 800 KB with gaps */
    assert_true(arena.total < 2 * 1024 * 1024);
    arena_clear(&arena);
}

static void text(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    char original[] = "some text";
    struct str copy = arena_str(&arena, str_from(original));
    original[0] = 'X';
    assert_str(copy, "some text");
    assert_int_equal(copy.ptr[copy.len], '\0');
    assert_string_equal(arena_cstr(&arena, STR_NONE), "");
    assert_str(arena_fmt(&arena, "%d-%s", 42, "x"), "42-x");
    assert_str(arena_fmt(&arena, "%s", ""), "");
    struct str wide = arena_fmt(&arena, "%5000d", 7);
    assert_int_equal(wide.len, 5000);
    assert_int_equal(wide.ptr[4999], '7');
    struct str *views = arena_array(&arena, 3, sizeof *views);
    assert_true(views[2].ptr == NULL && views[2].len == 0);
    arena_clear(&arena);
}

static void ceilings_end_the_process(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    assert_aborts((void)arena_alloc(&arena, (size_t)LIMIT_ARENA_BYTES + 1));
    assert_aborts((void)arena_alloc(&arena, SIZE_MAX));
    assert_aborts((void)arena_array(&arena, SIZE_MAX / 2, 3));
    assert_aborts(for (int i = 0; i < 65; i++)(void) arena_alloc(&arena, 1024 * 1024));
    assert_aborts((void)mem_array(SIZE_MAX / 2, 3));
#if !SANITIZER_ADDRESS && !SANITIZER_THREAD /* the sanitizers' heaps end the process in their own way */
    assert_aborts((void)mem_alloc(SIZE_MAX / 2));
#endif
}

static void heap(void **state)
{
    (void)state;
    char *memory = mem_alloc(100);
    assert_true(is_zero(memory, 100));
    memory[99] = 'x';
    memory = mem_resize(memory, 200);
    assert_int_equal(memory[99], 'x');
    mem_free(memory);
    char *empty = mem_alloc(0), *copy = mem_dup("ab\0c", 4), *nothing = mem_dup(NULL, 0);
    assert_non_null(empty);
    assert_memory_equal(copy, "ab\0c\0", 5);
    assert_string_equal(nothing, "");
    mem_free(empty);
    mem_free(copy);
    mem_free(nothing);
    mem_free(NULL);
}

#if SANITIZER_ADDRESS
#include <sanitizer/asan_interface.h>

static void poison(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    char *first = arena_alloc(&arena, 16), *second = arena_alloc(&arena, 5);
    assert_false(__asan_address_is_poisoned(first + 15));
    assert_true(__asan_address_is_poisoned(first + 16));
    assert_false(__asan_address_is_poisoned(second + 4));
    assert_true(__asan_address_is_poisoned(second + 5));
    arena_clear(&arena);
}
#else
static void poison(void **state)
{
    (void)state;
    skip();
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
        cmocka_unit_test(few_heap_calls),
        cmocka_unit_test(text),
        cmocka_unit_test(ceilings_end_the_process),
        cmocka_unit_test(heap),
        cmocka_unit_test(poison),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
