/* JSON read where it stands: what jansson takes is taken, and a string's text is the one that jansson gives. */
#include "fuzz/fuzz_llm.h"

#include "llm/view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size }, value = STR_NONE, element;
    struct json *tree = json_parse(text, NULL);
    struct buf out;
    buf_init(&out, LIMIT_JSON_BYTES);
    bool is_json = view_check(text, &value);
    promise(is_json || tree == NULL);
    if (is_json) view_text(value, &out);
    promise(str_is_utf8(buf_view(&out)));
    if (tree != NULL && json_type(tree) == JSON_STRING) promise(str_eq(buf_view(&out), json_str(tree)));
    if (tree != NULL && json_type(tree) == JSON_ARRAY) {
        size_t count = 0;
        for (struct str rest = value; view_next(&rest, &element);) count++;
        promise(count == json_count(tree));
    }
    if (is_json) promise(view_get(value, "a").len <= value.len);
    json_free(tree);
    buf_clear(&out);
    return 0;
}
