/* attr.c - members that many answers share. */
#include "sandbox/attr.h"

#include "base/moment.h"

void attr_null(struct jw *w, const char *key)
{
    jw_key(w, key);
    jw_null(w);
}

void attr_id(struct jw *w, const char *key, int64_t id)
{
    jw_key(w, key);
    if (id)
        jw_int(w, id);
    else
        jw_null(w);
}

void attr_time(struct jw *w, const char *key, int64_t at_ms)
{
    char text[MOMENT_TEXT_MAX];
    jw_key(w, key);
    if (at_ms)
        jw_str(w, str_from(moment_format(at_ms, false, text)));
    else
        jw_null(w);
}

void attr_empty_array(struct jw *w, const char *key)
{
    jw_key(w, key);
    jw_array(w);
    jw_end_array(w);
}

static void render_empty_object(struct jw *w, const char *key)
{
    jw_key(w, key);
    jw_object(w);
    jw_end_object(w);
}

void attr_via(struct jw *w, struct str channel)
{
    jw_key(w, "via");
    jw_object(w);
    jw_kv_str(w, "channel", channel);
    jw_key(w, "source");
    jw_object(w);
    render_empty_object(w, "from");
    render_empty_object(w, "to");
    attr_null(w, "rel");
    jw_end_object(w);
    jw_end_object(w);
}
