/* Any text as a search: its terms lie within the text, there are no more than a query holds, none is empty, and comparing with
 * whatever values they have ends. Below it the query string it came in: what is decoded is UTF-8 without a NUL. */
#include "fuzz/fuzz.h"

#include "sandbox/base64.h"
#include "sandbox/search_query.h"
#include "sandbox/search_text.h"

static const int64_t now_at = 1795360000000;

static void promise_within(struct str text, struct str part)
{
    if (part.len) promise(part.ptr >= text.ptr && part.ptr + part.len <= text.ptr + text.len);
}

static void promise_terms(struct str text)
{
    struct search_query query;
    search_query_parse(text, &query);
    promise(query.count <= SEARCH_TERMS_MAX);
    promise_within(text, query.type);
    promise_within(text, query.order_by);
    promise_within(text, query.sort);
    for (size_t i = 0; i < query.count; i++) {
        const struct search_term *term = &query.terms[i];
        promise(term->property.len > 0 || term->value.len > 0);
        promise_within(text, term->property);
        promise_within(text, term->value);
        bool is_before = search_moment_fits(SEARCH_LESS, now_at, term->value, now_at);
        bool is_after = search_moment_fits(SEARCH_AT_LEAST, now_at, term->value, now_at);
        promise(!(is_before && is_after));
        (void)search_has_words(text, term->value);
    }
}

static void promise_parameters(struct str query)
{
    static const char *const names[] = { "query", "page[size]", "page[after]", "filter[type]", "include" };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct str value, bytes;
        if (!http_query_get(query, str_from(names[i]), &arena, &value)) continue;
        promise(str_is_utf8(value));
        promise(value.len <= query.len);
        if (base64_decode(value, &arena, &bytes)) promise(bytes.len <= value.len);
        promise_terms(value);
    }
    arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };
    promise_terms(text);
    promise_parameters(text);
    return 0;
}
