/* upkeep.c - the server as its operators see it in the console: what runs since when, and backups.
 *
 * A backup reads the whole database, so it is made on the worker pool, one at a time: two would only slow each other and everything else down.
 */
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/log.h"
#include "net/loop.h"
#include "web/render.h"
#include "web/route.h"
#include "web/trail.h"

/* ---- the server --------------------------------------------------------------------------------------------------------------------- */

static void render_processes(struct jw *json, const struct web *web)
{
    jw_key(json, "processes");
    jw_array(json);
    for (size_t i = 0; i < web->process_count; i++) {
        const struct web_process *process = &web->processes[i];
        jw_object(json);
        jw_kv_str(json, "name", str_from(process->name));
        jw_kv_bool(json, "system_calls", process->calls);
        jw_kv_bool(json, "files", process->files);
        jw_kv_bool(json, "network", process->network);
        jw_end_object(json);
    }
    jw_end_array(json);
}

void upkeep_show(struct web_call *call)
{
    const struct web *web = call->web;
    struct stat database;
    bool has_file = web->database.len > 0 && stat(web->database.ptr, &database) == 0;
    struct jw *json = call_json(call);
    jw_object(json);
    jw_kv_str(json, "version", web->version);
    jw_kv_time(json, "started_at", web->started_at);
    jw_key(json, "database_bytes");
    if (has_file)
        jw_int(json, database.st_size);
    else
        jw_null(json);
    render_processes(json, web);
    jw_end_object(json);
    call_send(call, 200);
}

/* ---- backups -------------------------------------------------------------------------------------------------------------------------- */

static struct str folder_of(struct web_call *call)
{
    return arena_fmt(call->arena, "%.*s/backups", STR_ARG(call->web->data_dir));
}

static void render_backup(struct jw *json, struct str path, struct str name)
{
    struct stat file;
    if (stat(path.ptr, &file) != 0) return; /* taken away since it was listed */
    jw_object(json);
    jw_kv_str(json, "name", name);
    jw_kv_int(json, "bytes", file.st_size);
    jw_kv_time(json, "made_at", (int64_t)file.st_mtim.tv_sec * 1000 + file.st_mtim.tv_nsec / 1000000);
    jw_end_object(json);
}

static int is_backup(const struct dirent *entry)
{
    return str_ends(str_from(entry->d_name), STR(".db")) && entry->d_name[0] != '.';
}

/* Newest first: a name begins with its moment. */
static int newest_first(const struct dirent **a, const struct dirent **b)
{
    return str_cmp(str_from((*b)->d_name), str_from((*a)->d_name));
}

void upkeep_backups(struct web_call *call)
{
    struct str folder = folder_of(call);
    struct dirent **entries = NULL;
    int count = call->web->data_dir.len > 0 ? scandir(folder.ptr, &entries, is_backup, newest_first) : 0;
    struct jw *json = call_list(call);
    for (int i = 0; i < count; i++) {
        struct str name = str_from(entries[i]->d_name);
        render_backup(json, arena_fmt(call->arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(name)), name);
        free(entries[i]);
    }
    free(entries);
    call_list_end(call, STR_NONE);
}

struct backup_job {
    struct call_job head;
    const char *database, *folder, *path;
    int64_t at_ms;
    struct str name;
    enum status status;
    struct err err;
};

/* On the worker pool; the call's arena is this thread's for as long. */
static void copy(void *context)
{
    struct backup_job *job = context;
    job->status = store_backup_into(job->database, job->folder, job->at_ms, job->head.call->arena, &job->path, &job->err);
}

static enum status note_backup(struct store_tx *tx, struct call_job *head)
{
    return trail_note(tx, head->call, "backup.create", ((struct backup_job *)head)->name, STR_NONE, STR_NONE);
}

static void answer_backup(struct call_job *head)
{
    struct backup_job *job = (struct backup_job *)head;
    render_backup(call_json(head->call), str_from(job->path), job->name);
    call_send(head->call, 201);
}

static void copied(void *context)
{
    struct backup_job *job = context;
    struct web_call *call = job->head.call;
    call->web->is_backing_up = false;
    if (job->status != OK) {
        log_error("no backup was made", LOG_STR("reason", str_from(job->err.detail)));
        call_refuse_id(call, PROBLEM_BACKUP_FAILED);
        return;
    }
    struct str folder = str_from(job->folder);
    job->name = str_slice(str_from(job->path), folder.len + 1, str_from(job->path).len);
    call_write(&job->head, note_backup, answer_backup);
}

void upkeep_back_up(struct web_call *call)
{
    struct web *web = call->web;
    struct backup_job *job = call_job(call, struct backup_job);
    if (web->is_backing_up) {
        call_refuse_id(call, PROBLEM_SERVER_BUSY);
        return;
    }
    web->is_backing_up = true;
    job->database = web->database.ptr;
    job->folder = folder_of(call).ptr;
    job->at_ms = loop_wall_ms();
    loop_work(web->loop, copy, copied, job);
}
