/* help_center.c - /api/v2/help_center: articles by section and locale, and the search over them.
 *
 * A search is as loose as the real one: an article is found when it has one of the words in its title, body or labels; who has
 * more of them comes first, a title counts thrice. `snippet` shows the first place, with <em> around the word.
 */
#include "sandbox/fail.h"
#include "sandbox/attr.h"
#include "sandbox/handlers.h"
#include "sandbox/listing.h"
#include "sandbox/record.h"
#include "sandbox/search_text.h"

enum { TITLE_WEIGHT = 3, SNIPPET_BYTES = 160, WORD_BYTES_MIN = 2 };

/* ---- lists -------------------------------------------------------------------------------------------------------------- */

static bool is_shown(const struct json *article, struct str locale)
{
    return !json_get_bool(article, "draft", false) && (!locale.len || str_eq_nocase(json_get_str(article, "locale"), locale));
}

static void render_article(struct api_call *call, struct jw *w, int64_t id)
{
    record_render_kind(call, w, &kind_article, id);
}

static void reply_articles(struct api_call *call, int64_t section_id, struct str locale, struct str resource)
{
    static const char *const orders[] = { "position", "updated_at", "created_at", "title", NULL };
    bool is_descending;
    if (listing_order(call, orders, &is_descending) < 0) return;
    struct listing list = { 0 };
    struct desk *desk = call->sandbox->desk;
    for (int64_t id = record_next_id(desk, &kind_article, section_id, 0); id;
         id = record_next_id(desk, &kind_article, section_id, id)) {
        struct json *article = record_tree(desk, &kind_article, id);
        if (is_shown(article, locale)) listing_add(&list, id, json_get_int(article, "position", 0));
        json_free(article);
    }
    listing_reply(call, &list, is_descending,
                  &(struct listing_shape){ .name = "articles", .resource = resource.ptr, .render = render_article });
}

void articles_list(struct api_call *call)
{
    struct str resource =
        call->word.len ? arena_fmt(call->arena, "help_center/%.*s/articles", STR_ARG(call->word)) : STR("help_center/articles");
    reply_articles(call, 0, call->word, resource);
}

void articles_of_section(struct api_call *call)
{
    struct record section;
    if (record_load(call->sandbox->desk, call->arena, &kind_section, call->id, &section))
        reply_articles(call, call->id, call->word,
                       arena_fmt(call->arena, "help_center/sections/%lld/articles", (long long)call->id));
    else
        fail_not_found(call);
}

/* The section stands in the path; the author is who writes. */
void articles_create(struct api_call *call)
{
    const struct json *given = json_get(call->body, "article");
    struct record section, article = { .id = 0 };
    if (!record_load(call->sandbox->desk, call->arena, &kind_section, call->id, &section)) {
        fail_not_found(call);
        return;
    }
    if (json_type(given) != JSON_OBJECT) {
        fail_attribute(call, "article", "an object");
        return;
    }
    article.body =
        arena_fmt(call->arena, "{\"section_id\":%lld,\"author_id\":%lld}", (long long)call->id, (long long)call->actor->id);
    call->id = 0;
    if (!record_save(call, &kind_article, &article, given)) return;
    api_header(call, "Location", api_url(call, kind_article.path, article.id));
    record_reply(call, 201, &kind_article, &article);
}

void help_center_locales(struct api_call *call)
{
    struct jw *w = api_json(call, 200);
    jw_object(w);
    jw_key(w, "locales");
    jw_raw(w, STR("[\"en-us\"]"));
    jw_kv_str(w, "default_locale", STR("en-us"));
    jw_end_object(w);
}

/* ---- search ------------------------------------------------------------------------------------------------------------- */

static int64_t score_of(const struct json *article, struct str words)
{
    int64_t score = 0;
    struct str word;
    const struct json *labels = json_get(article, "label_names");
    while (str_split(&words, ' ', &word)) {
        if (word.len < WORD_BYTES_MIN) continue;
        score += TITLE_WEIGHT * (str_find_nocase(json_get_str(article, "title"), word, 0) != SIZE_MAX);
        score += str_find_nocase(json_get_str(article, "body"), word, 0) != SIZE_MAX;
        for (size_t i = 0; i < json_count(labels); i++) score += str_eq_nocase(json_str(json_at(labels, i)), word);
    }
    return score;
}

static void write_snippet(struct api_call *call, struct jw *w, struct str body, struct str words)
{
    struct str word = STR_NONE, rest = words;
    size_t at = SIZE_MAX;
    while (at == SIZE_MAX && str_split(&rest, ' ', &word))
        if (word.len >= WORD_BYTES_MIN) at = str_find_nocase(body, word, 0);
    if (at == SIZE_MAX) {
        jw_kv_str(w, "snippet", str_clip(body, SNIPPET_BYTES));
        return;
    }
    struct str before = str_slice(body, 0, at), hit = str_slice(body, at, at + word.len);
    struct str after = str_clip(str_slice(body, at + word.len, body.len), SNIPPET_BYTES);
    size_t sentence = before.len;
    while (sentence > 0 && before.ptr[sentence - 1] != '.' && before.ptr[sentence - 1] != '>') sentence--;
    jw_kv_str(w, "snippet",
              arena_fmt(call->arena, "%.*s<em>%.*s</em>%.*s", STR_ARG(str_slice(before, sentence, before.len)), STR_ARG(hit),
                        STR_ARG(after)));
}

static void render_hit(struct api_call *call, struct jw *w, int64_t id)
{
    struct record record;
    struct arena row;
    arena_init(&row);
    if (record_load(call->sandbox->desk, &row, &kind_article, id, &record)) {
        struct json *tree = json_parse(record.body, NULL);
        jw_object(w);
        record_render_members(call, w, &kind_article, &record);
        write_snippet(call, w, json_get_str(tree, "body"), api_param(call, STR("query")));
        jw_kv_str(w, "result_type", STR("article"));
        jw_end_object(w);
        json_free(tree);
    }
    arena_clear(&row);
}

void articles_search(struct api_call *call)
{
    struct str words = str_trim(api_param(call, STR("query"))), locale = api_param(call, STR("locale"));
    struct listing list = { 0 };
    struct desk *desk = call->sandbox->desk;
    if (!words.len && !api_param(call, STR("label_names")).len) {
        fail_titled(call, 400, STR("Invalid attribute"),
                    STR("At least one of the parameters query, category, section, label_names is required"));
        return;
    }
    if (!words.len) words = api_param(call, STR("label_names"));
    for (int64_t id = record_next_id(desk, &kind_article, 0, 0); id; id = record_next_id(desk, &kind_article, 0, id)) {
        struct json *article = record_tree(desk, &kind_article, id);
        int64_t score = is_shown(article, locale) ? score_of(article, words) : 0;
        if (score) listing_add(&list, id, score);
        json_free(article);
    }
    listing_reply(call, &list, true,
                  &(struct listing_shape){
                      .name = "results", .resource = "help_center/articles/search", .render = render_hit, .is_pages = true });
}
