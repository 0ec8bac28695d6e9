/* fault.c - arming faults and deciding which strike a request. Carrying them out is serve.c's business. */
#include "sandbox/fault.h"

#include <string.h>

static const struct {
    const char *name;
    bool is_outcome;
    int64_t times;
} kinds[] = { [FAULT_NONE] = { "", false, 0 },
#define FAULT_ROW(id, name, is_outcome, times, help) [FAULT_##id] = { name, is_outcome, times },
              FAULTS(FAULT_ROW)
#undef FAULT_ROW
};

enum { KINDS = sizeof kinds / sizeof *kinds };

/* ---- arming ------------------------------------------------------------------------------------------------------------- */

static enum fault_kind kind_from(struct str name)
{
    for (size_t kind = FAULT_NONE + 1; kind < KINDS; kind++)
        if (str_eq(name, str_from(kinds[kind].name))) return (enum fault_kind)kind;
    return FAULT_NONE;
}

static bool has_needed_argument(const struct fault *fault)
{
    bool is_status =
        fault->kind == FAULT_STATUS || fault->kind == FAULT_STATUS_AFTER_COMMIT || fault->kind == FAULT_STATUS_STICKY;
    bool is_time = fault->kind == FAULT_DELAY || fault->kind == FAULT_HOLD || fault->kind == FAULT_LAG;
    if (is_status) return fault->arguments[0] >= 200 && fault->arguments[0] <= 599;
    return !is_time || fault->arguments[0] >= 0;
}

/* "status:429:7" */
static enum status parse_kind(struct str text, struct fault *fault, struct err *err)
{
    struct str rest = text, piece;
    (void)str_split(&rest, ':', &piece);
    fault->kind = kind_from(piece);
    if (fault->kind == FAULT_NONE) return err_set(err, E_INPUT, "no fault is called \"%.*s\"", STR_ARG(piece));
    for (size_t i = 0; i < 2; i++) {
        fault->arguments[i] = -1;
        if (str_split(&rest, ':', &piece) && (!str_to_i64(piece, &fault->arguments[i]) || fault->arguments[i] < 0))
            return err_set(err, E_INPUT, "\"%.*s\" is not a number", STR_ARG(piece));
    }
    if (!has_needed_argument(fault))
        return err_set(err, E_INPUT, "\"%.*s\" lacks its number, as in status:503 or delay:1500", STR_ARG(text));
    return OK;
}

static enum status set_path(struct fault *fault, struct str path, struct err *err)
{
    if (path.len >= FAULT_PATH_BYTES) return err_set(err, E_LIMIT, "the path is longer than %d bytes", FAULT_PATH_BYTES - 1);
    if (path.len) memcpy(fault->path, path.ptr, path.len);
    fault->path[path.len] = '\0';
    return OK;
}

static enum status arm(struct faults *faults, struct fault fault, struct err *err)
{
    if (faults->count == FAULTS_MAX) return err_set(err, E_LIMIT, "%d faults are armed already", FAULTS_MAX);
    if (fault.times < 0) fault.times = kinds[fault.kind].times;
    faults->items[faults->count++] = fault;
    return OK;
}

static enum status parse_word(struct str word, struct fault *fault, struct err *err)
{
    int64_t number;
    if (word.ptr[0] == '/' || word.ptr[0] == '*') return set_path(fault, word, err);
    if (http_method_from(word) != HTTP_OTHER) {
        fault->method = http_method_from(word);
        return OK;
    }
    if (str_starts(word, STR("times=")) && str_to_i64(str_slice(word, 6, word.len), &number) && number >= 0) {
        fault->times = number;
        return OK;
    }
    if (str_starts(word, STR("after=")) && str_to_i64(str_slice(word, 6, word.len), &number) && number >= 0) {
        fault->after = number;
        return OK;
    }
    return parse_kind(word, fault, err);
}

enum status faults_arm_text(struct faults *faults, struct str spec, struct err *err)
{
    struct fault fault = { .method = HTTP_OTHER, .path = "*", .times = -1 };
    struct str rest = str_trim(spec), word;
    while (str_split(&rest, ' ', &word)) {
        if (!word.len) continue;
        enum status status = parse_word(word, &fault, err);
        if (status != OK) return status;
    }
    if (fault.kind == FAULT_NONE) return err_set(err, E_INPUT, "\"%.*s\" names no fault", STR_ARG(spec));
    return arm(faults, fault, err);
}

enum status faults_arm_json(struct faults *faults, const struct json *body, struct err *err)
{
    struct fault fault = { .method = HTTP_OTHER };
    struct str method = json_get_str(body, "method"), path = json_get_str(body, "path");
    if (method.len && http_method_from(method) == HTTP_OTHER)
        return err_set(err, E_INPUT, "\"%.*s\" is no method", STR_ARG(method));
    if (method.len) fault.method = http_method_from(method);
    fault.after = json_get_int(body, "after", 0);
    fault.times = json_get_int(body, "times", -1);
    if (fault.after < 0) return err_set(err, E_INPUT, "after is negative");
    enum status status = set_path(&fault, path.len ? path : STR("*"), err);
    if (status == OK) status = parse_kind(json_get_str(body, "fault"), &fault, err);
    return status == OK ? arm(faults, fault, err) : status;
}

/* ---- striking ----------------------------------------------------------------------------------------------------------- */

/* `*` takes any run of characters. One star is remembered at a time: on a mismatch the last one takes one more. */
static bool path_matches(struct str pattern, struct str path)
{
    size_t p = 0, i = 0, star = SIZE_MAX, taken = 0;
    while (i < path.len) {
        if (p < pattern.len && pattern.ptr[p] == '*') {
            star = p++;
            taken = i;
        } else if (p < pattern.len && pattern.ptr[p] == path.ptr[i]) {
            p++;
            i++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            i = ++taken;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.ptr[p] == '*') p++;
    return p == pattern.len;
}

static bool strikes(struct fault *fault, enum http_method method, struct str path)
{
    struct str pattern = str_from(fault->path);
    if (str_ends(pattern, STR(".json"))) pattern.len -= 5;
    if (fault->method != HTTP_OTHER && fault->method != method) return false;
    if (!path_matches(pattern, path)) return false;
    if (fault->times && fault->struck >= fault->times) return false;
    if (fault->seen++ < fault->after) return false;
    fault->struck++;
    return true;
}

static void add_to_plan(struct fault_plan *plan, const struct fault *fault)
{
    int64_t first = fault->arguments[0];
    if (kinds[fault->kind].is_outcome) {
        if (plan->outcome != FAULT_NONE) return;
        plan->outcome = fault->kind;
        plan->status = first < 0 ? 503 : (int)first;
        plan->retry_after_s = fault->arguments[1];
    }
    if (fault->kind == FAULT_DELAY) plan->delay_ms += first;
    if (fault->kind == FAULT_HOLD) plan->hold_ms += first;
    if (fault->kind == FAULT_LAG) plan->lag_ms += first;
    if (fault->kind == FAULT_FORGET_KEY) plan->forget_key = true;
    if (fault->kind == FAULT_IGNORE_KEY) plan->ignore_key = true;
    if (fault->kind == FAULT_ME_ANONYMOUS) plan->me_anonymous = true;
    if (fault->kind == FAULT_NO_TOKEN_ACCESS) plan->no_token_access = true;
}

struct fault_plan faults_plan(struct faults *faults, enum http_method method, struct str path)
{
    struct fault_plan plan = { .outcome = FAULT_NONE, .retry_after_s = -1 };
    for (size_t i = 0; i < faults->count; i++)
        if (strikes(&faults->items[i], method, path)) add_to_plan(&plan, &faults->items[i]);
    return plan;
}

void faults_render(const struct faults *faults, struct jw *w)
{
    jw_array(w);
    for (size_t i = 0; i < faults->count; i++) {
        const struct fault *fault = &faults->items[i];
        jw_object(w);
        jw_kv_str(w, "fault", str_from(kinds[fault->kind].name));
        if (fault->arguments[0] >= 0) jw_kv_int(w, "value", fault->arguments[0]);
        if (fault->method != HTTP_OTHER) jw_kv_str(w, "method", str_from(http_method_name(fault->method)));
        jw_kv_str(w, "path", str_from(fault->path));
        jw_kv_int(w, "after", fault->after);
        jw_kv_int(w, "times", fault->times);
        jw_kv_int(w, "struck", fault->struck);
        jw_end_object(w);
    }
    jw_end_array(w);
}
