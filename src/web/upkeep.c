/* upkeep.c - the server as its operators see it in the console: what runs since when, and backups.
 *
 * What asks the file system is done on the worker pool: a slow disk keeps nobody else waiting. A backup reads the whole database, so one is made at a time: two would only slow each other and
 * everything else down.
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

struct show_job {
    struct web_call *call;
    bool has_file;
    int64_t database_bytes;
};

static void measure(void *context)
{
    struct show_job *job = context;
    struct str path = job->call->web->database;
    struct stat database;
    job->has_file = path.len > 0 && stat(path.ptr, &database) == 0;
    if (job->has_file) job->database_bytes = database.st_size;
}

static void measured(void *context)
{
    const struct show_job *job = context;
    struct web_call *call = job->call;
    const struct web *web = call->web;
    struct jw *json = call_json(call);
    jw_object(json);
    jw_kv_str(json, "version", web->version);
    jw_kv_time(json, "started_at", web->started_at);
    jw_key(json, "database_bytes");
    if (job->has_file)
        jw_int(json, job->database_bytes);
    else
        jw_null(json);
    render_processes(json, web);
    jw_end_object(json);
    call_send(call, 200);
}

void upkeep_show(struct web_call *call)
{
    struct show_job *job = arena_new(call->arena, struct show_job);
    *job = (struct show_job){ .call = call };
    loop_work(call->web->loop, measure, measured, job);
}

/* ---- backups -------------------------------------------------------------------------------------------------------------------------- */

static struct str folder_of(struct web_call *call)
{
    return arena_fmt(call->arena, "%.*s/backups", STR_ARG(call->web->data_dir));
}

struct backup {
    struct str name;
    int64_t bytes, made_at;
};

/* False: taken away since it was listed. */
static bool read_backup(const char *path, struct str name, struct backup *backup)
{
    struct stat file;
    if (stat(path, &file) != 0) return false;
    int64_t made_at = (int64_t)file.st_mtim.tv_sec * 1000 + file.st_mtim.tv_nsec / 1000000;
    *backup = (struct backup){ .name = name, .bytes = file.st_size, .made_at = made_at };
    return true;
}

static void render_backup(struct jw *json, const struct backup *backup)
{
    jw_object(json);
    jw_kv_str(json, "name", backup->name);
    jw_kv_int(json, "bytes", backup->bytes);
    jw_kv_time(json, "made_at", backup->made_at);
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

struct list_job {
    struct web_call *call;
    struct str folder;
    struct backup *backups;
    size_t count;
};

/* On the worker pool; the call's arena is this thread's for as long. */
static void list(void *context)
{
    struct list_job *job = context;
    struct arena *arena = job->call->arena;
    struct dirent **entries = NULL;
    int count = job->call->web->data_dir.len > 0 ? scandir(job->folder.ptr, &entries, is_backup, newest_first) : 0;
    if (count > 0) job->backups = arena_alloc(arena, (size_t)count * sizeof *job->backups);
    for (int i = 0; i < count; i++) {
        struct str name = arena_str(arena, str_from(entries[i]->d_name));
        struct str path = arena_fmt(arena, "%.*s/%.*s", STR_ARG(job->folder), STR_ARG(name));
        if (read_backup(path.ptr, name, &job->backups[job->count])) job->count++;
        free(entries[i]);
    }
    free(entries);
}

static void listed(void *context)
{
    const struct list_job *job = context;
    struct jw *json = call_list(job->call);
    for (size_t i = 0; i < job->count; i++) render_backup(json, &job->backups[i]);
    call_list_end(job->call, STR_NONE);
}

void upkeep_backups(struct web_call *call)
{
    struct list_job *job = arena_new(call->arena, struct list_job);
    *job = (struct list_job){ .call = call, .folder = folder_of(call) };
    loop_work(call->web->loop, list, listed, job);
}

struct backup_job {
    struct call_job head;
    const char *database, *folder, *path;
    int64_t at_ms;
    struct backup made;
    enum status status;
    struct err err;
};

static void copy(void *context)
{
    struct backup_job *job = context;
    job->status = store_backup_into(job->database, job->folder, job->at_ms, job->head.call->arena, &job->path, &job->err);
    if (job->status) return;
    struct str path = str_from(job->path);
    struct str name = str_slice(path, str_from(job->folder).len + 1, path.len);
    if (!read_backup(job->path, name, &job->made)) job->status = err_set(&job->err, E_IO, "%s is gone already", job->path);
}

static enum status note_backup(struct store_tx *tx, struct call_job *head)
{
    return trail_note(tx, head->call, "backup.create", ((struct backup_job *)head)->made.name, STR_NONE, STR_NONE);
}

static void answer_backup(struct call_job *head)
{
    struct backup_job *job = (struct backup_job *)head;
    render_backup(call_json(head->call), &job->made);
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
