/* locales.c - /api/v2/locales: the account speaks one language. */
#include "sandbox/fail.h"
#include "sandbox/handlers.h"

static void render(const struct api_call *call, struct jw *w)
{
    jw_object(w);
    jw_kv_str(w, "url", api_url(call, "locales", 1));
    jw_kv_int(w, "id", 1);
    jw_kv_str(w, "locale", STR("en-US"));
    jw_kv_str(w, "name", STR("English"));
    jw_kv_str(w, "native_name", STR("English"));
    jw_kv_str(w, "presentation_name", STR("English"));
    jw_kv_bool(w, "rtl", false);
    jw_kv_bool(w, "default", true);
    jw_kv_str(w, "created_at", STR("2023-09-09T23:52:02Z"));
    jw_kv_str(w, "updated_at", STR("2023-09-09T23:52:02Z"));
    jw_end_object(w);
}

void locales_list(struct api_call *call)
{
    struct jw *w = api_json(call, 200);
    jw_object(w);
    jw_key(w, "locales");
    jw_array(w);
    render(call, w);
    jw_end_array(w);
    jw_kv_int(w, "count", 1);
    jw_end_object(w);
}

static void show(struct api_call *call)
{
    struct jw *w = api_json(call, 200);
    jw_object(w);
    jw_key(w, "locale");
    render(call, w);
    jw_end_object(w);
}

void locales_show(struct api_call *call)
{
    if (call->id == 1)
        show(call);
    else
        fail_not_found(call);
}

void locales_current(struct api_call *call)
{
    show(call);
}
