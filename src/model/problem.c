/* problem.c - the catalogue as a table, and the one place where its sentences are filled in.
 *
 * A template is copied up to each '{name}', which is replaced by the fact of that name, or by a neutral word when the fact
 * is not set. Facts may come from strangers: they are clipped, and control characters become spaces, so that a sentence
 * stays one line. Rejected: printf formats in the table (a wrong order of arguments would be found by nobody, and the text
 * could not be shown on a help page without a case at hand).
 */
#include "model/problem.h"

#include <stddef.h>

#include "model/deeplink.h"

enum { FACT_BYTES_MAX = 200, EVIDENCE_BYTES_MAX = 600, SENTENCE_BYTES_MAX = 4096 };

static const struct row {
    const char *slug;
    int status;
    enum problem_severity severity;
    const char *field, *title, *detail, *links;
} rows[PROBLEM_COUNT] = {
    [PROBLEM_NONE] = { "", 200, PROBLEM_WARNING, "", "", "", "" },
#define PROBLEM(id, slug, status, severity, field, title, detail, links)                                                         \
    [PROBLEM_##id] = { slug, status, severity, field, title, detail, links },
#include "model/problems.def"
#undef PROBLEM
};

static const struct words {
    enum problem_id id;
    enum problem_case of;
    const char *title, *detail, *links;
} words[] = {
#define PROBLEM_WORDS(id, of, title, detail, links) { PROBLEM_##id, of, title, detail, links },
#include "model/problem_cases.def"
#undef PROBLEM_WORDS
};

/* The facts that are text: the name in templates, the key in stored JSON, and the word that stands in when the fact is not
 * set. */
static const struct fact {
    const char *name, *neutral;
    size_t offset;
} facts[] = {
    { "sub", "your-subdomain", offsetof(struct problem_facts, subdomain) },
    { "mail", "the team member", offsetof(struct problem_facts, email) },
    { "suggestion", "mycompany", offsetof(struct problem_facts, suggestion) },
    { "value", "the given value", offsetof(struct problem_facts, value) },
    { "limit", "the documented value", offsetof(struct problem_facts, limit) },
    { "what", "item", offsetof(struct problem_facts, what) },
    { "when", "an earlier day", offsetof(struct problem_facts, when) },
};

enum { FACT_COUNT = sizeof facts / sizeof *facts };

static struct str *fact_at(struct problem_facts *of, size_t index)
{
    return (struct str *)(void *)((char *)of + facts[index].offset);
}

static struct str fact_of(const struct problem_facts *of, size_t index)
{
    return *(const struct str *)(const void *)((const char *)of + facts[index].offset);
}

static const struct row *row_of(enum problem_id id)
{
    return &rows[id >= 0 && id < PROBLEM_COUNT ? id : PROBLEM_NONE];
}

/* The row's own words, or those of the case. */
static struct words words_of(const struct problem *problem)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].id == problem->id && words[i].of == problem->words) return words[i];
    const struct row *row = row_of(problem->id);
    return (struct words){ problem->id, CASE_ANY, row->title, row->detail, row->links };
}

const char *problem_slug(enum problem_id id)
{
    return row_of(id)->slug;
}

int problem_http_status(enum problem_id id)
{
    return row_of(id)->status;
}

enum problem_severity problem_severity(enum problem_id id)
{
    return row_of(id)->severity;
}

enum problem_id problem_find(struct str slug)
{
    for (int id = PROBLEM_NONE + 1; id < PROBLEM_COUNT; id++)
        if (str_eq(slug, str_from(rows[id].slug))) return (enum problem_id)id;
    return PROBLEM_NONE;
}

/* A stranger's text inside our sentence: one line, of bounded length. */
static void put_fact(struct buf *out, struct str text)
{
    struct str clipped = str_clip(text, FACT_BYTES_MAX);
    for (size_t i = 0; i < clipped.len; i++) {
        unsigned char c = (unsigned char)clipped.ptr[i];
        buf_char(out, c < 0x20 || c == 0x7f ? ' ' : (char)c);
    }
    if (clipped.len < text.len) buf_lit(out, "...");
}

/* The neutral word takes a capital where it opens a sentence. */
static void put_neutral(struct buf *out, const char *word)
{
    bool opens = out->len == 0 || str_ends(buf_view(out), STR(". "));
    bool is_lower = word[0] >= 'a' && word[0] <= 'z';
    buf_char(out, opens && is_lower ? (char)(word[0] - 'a' + 'A') : word[0]);
    buf_lit(out, word + 1);
}

/* Writes the fact called `name`; false when it is not set (then its neutral word was written). */
static bool put_placeholder(struct buf *out, struct str name, const struct problem_facts *of)
{
    if (str_eq(name, STR("n"))) {
        buf_int(out, of->number);
        return true;
    }
    for (size_t i = 0; i < FACT_COUNT; i++) {
        struct str text = fact_of(of, i);
        if (!str_eq(name, str_from(facts[i].name))) continue;
        if (text.len > 0)
            put_fact(out, text);
        else
            put_neutral(out, facts[i].neutral);
        return text.len > 0;
    }
    return false;
}

/* Fills the template in; false when a fact it names is not set. */
static bool expand(struct str template, const struct problem_facts *of, struct buf *out)
{
    bool is_whole = true;
    for (size_t at = 0; at < template.len;) {
        size_t open = str_find(template, STR("{"), at);
        size_t close = open == SIZE_MAX ? SIZE_MAX : str_find(template, STR("}"), open);
        if (close == SIZE_MAX) {
            buf_str(out, str_slice(template, at, template.len));
            break;
        }
        buf_str(out, str_slice(template, at, open));
        is_whole = put_placeholder(out, str_slice(template, open + 1, close), of) && is_whole;
        at = close + 1;
    }
    return is_whole;
}

static struct str sentence(const char *template, const struct problem *problem, struct arena *arena)
{
    struct buf out;
    buf_init(&out, SENTENCE_BYTES_MAX);
    expand(str_from(template), &problem->facts, &out);
    struct str text = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return text;
}

struct str problem_title(const struct problem *problem, struct arena *arena)
{
    return sentence(words_of(problem).title, problem, arena);
}

struct str problem_detail(const struct problem *problem, struct arena *arena)
{
    return sentence(words_of(problem).detail, problem, arena);
}

static struct str link_href(struct str target, const struct problem_facts *of, struct arena *arena)
{
    struct str scheme = STR("zendesk:");
    if (!str_starts(target, scheme)) return target;
    return deeplink(str_slice(target, scheme.len, target.len), of->subdomain, of->number, arena);
}

static void render_links(const struct problem *problem, struct arena *arena, struct jw *json)
{
    struct str rest = str_from(words_of(problem).links), link, label;
    struct buf text;
    if (rest.len == 0) return;
    buf_init(&text, SENTENCE_BYTES_MAX);
    jw_key(json, "actions");
    jw_array(json);
    while (str_split(&rest, ';', &link)) {
        struct str target = link;
        if (!str_split(&target, '|', &label)) continue;
        buf_reset(&text);
        struct str href = link_href(target, &problem->facts, arena);
        if (!expand(label, &problem->facts, &text) || href.len == 0) continue;
        jw_object(json);
        jw_kv_str(json, "label", buf_view(&text));
        jw_kv_str(json, "href", href);
        jw_end_object(json);
    }
    jw_end_array(json);
    buf_clear(&text);
}

static void kv_unless_empty(struct jw *json, const char *key, struct str value)
{
    if (value.len > 0) jw_kv_str(json, key, value);
}

static void render_fields(struct str fields, struct jw *json)
{
    struct str name;
    if (fields.len == 0) return;
    jw_key(json, "fields");
    jw_array(json);
    while (str_split(&fields, ',', &name)) jw_str(json, str_trim(name));
    jw_end_array(json);
}

static void render_members(const struct problem *problem, struct str trace_id, struct arena *arena, struct jw *json)
{
    const struct row *row = row_of(problem->id);
    struct str field = problem->field.len > 0 ? problem->field : str_from(row->field);
    jw_kv_str(json, "type", arena_fmt(arena, "/problems/%s", row->slug));
    jw_kv_str(json, "title", problem_title(problem, arena));
    jw_kv_int(json, "status", row->status);
    jw_kv_str(json, "detail", problem_detail(problem, arena));
    jw_kv_str(json, "code", str_from(row->slug));
    kv_unless_empty(json, "step", problem->step);
    kv_unless_empty(json, "field", field);
    render_fields(problem->fields, json);
    kv_unless_empty(json, "suggestion", problem->facts.suggestion);
    kv_unless_empty(json, "evidence", str_clip(problem->evidence, EVIDENCE_BYTES_MAX));
    if (problem->retry_after_s > 0) jw_kv_int(json, "retry_after", problem->retry_after_s);
    render_links(problem, arena, json);
    kv_unless_empty(json, "trace_id", trace_id);
}

void problem_render(const struct problem *problem, struct str trace_id, struct arena *arena, struct jw *json)
{
    jw_object(json);
    render_members(problem, trace_id, arena, json);
    jw_end_object(json);
}

void problem_store(const struct problem *problem, struct jw *json)
{
    struct arena arena;
    arena_init(&arena);
    jw_object(json);
    render_members(problem, STR_NONE, &arena, json);
    jw_key(json, "facts");
    jw_object(json);
    for (size_t i = 0; i < FACT_COUNT; i++)
        kv_unless_empty(json, facts[i].name, str_clip(fact_of(&problem->facts, i), 2 * FACT_BYTES_MAX));
    jw_kv_int(json, "n", problem->facts.number);
    if (problem->words != CASE_ANY) jw_kv_int(json, "case", problem->words);
    jw_end_object(json);
    jw_end_object(json);
    arena_clear(&arena);
}

enum status problem_load(const struct json *stored, struct arena *arena, struct problem *problem)
{
    *problem = (struct problem){ .id = problem_find(json_get_str(stored, "code")) };
    if (problem->id == PROBLEM_NONE) return E_CORRUPT;
    const struct json *kept = json_get(stored, "facts");
    for (size_t i = 0; i < FACT_COUNT; i++) *fact_at(&problem->facts, i) = arena_str(arena, json_get_str(kept, facts[i].name));
    problem->facts.number = json_get_int(kept, "n", 0);
    int64_t words_case = json_get_int(kept, "case", CASE_ANY);
    if (words_case > CASE_ANY && words_case < CASE_COUNT) problem->words = (enum problem_case)words_case;
    problem->field = arena_str(arena, json_get_str(stored, "field"));
    problem->step = arena_str(arena, json_get_str(stored, "step"));
    problem->evidence = arena_str(arena, json_get_str(stored, "evidence"));
    problem->retry_after_s = json_get_int(stored, "retry_after", 0);
    return OK;
}
