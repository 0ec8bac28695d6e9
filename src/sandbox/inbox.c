/* inbox.c - the list of tickets, one ticket, and answering it.
 *
 * Pages are written by the server and need no script. A form is taken only from a page of our own (api_is_from_own_page), and
 * what it does goes the same way as the API's writes: ticket_change, as the account's admin.
 */
#include "sandbox/inbox.h"

#include "base/limits.h"
#include "sandbox/attachment.h"
#include "sandbox/frame.h"
#include "sandbox/record.h"
#include "sandbox/search.h"
#include "sandbox/ticket_change.h"

enum { INBOX_ROWS = 50, HISTORY_ROWS = 100 };

#define TICKET_PATH STR("/agent/tickets/")

bool inbox_has(struct str path)
{
    return str_eq(path, STR("/")) || str_eq(path, STR("/agent")) || str_starts(path, STR("/agent/"));
}

static struct str name_of(struct api_call *call, struct arena *row, int64_t user_id)
{
    struct user user;
    return user_load(call->sandbox->desk, row, user_id, &user) ? user.name : STR("nobody");
}

/* ---- the list ----------------------------------------------------------------------------------------------------------- */

static void cell(struct buf *out, const char *class, struct str text)
{
    buf_fmt(out, "<td class=\"%s\">", class);
    buf_html(out, text);
    buf_lit(out, "</td>");
}

static struct str subject_of(const struct ticket *ticket)
{
    return ticket->subject.len ? ticket->subject : str_clip(ticket->description, 80);
}

static void write_row(struct api_call *call, struct buf *out, int64_t id)
{
    struct ticket ticket;
    struct arena row;
    arena_init(&row);
    if (ticket_load(call->sandbox->desk, &row, id, &ticket)) {
        buf_fmt(out, "<tr><td class=\"number\">#%lld</td><td class=\"subject\"><a href=\"/agent/tickets/%lld\">", (long long)id,
                (long long)id);
        buf_html(out, subject_of(&ticket));
        buf_lit(out, "</a></td>");
        cell(out, "who", name_of(call, &row, ticket.requester_id));
        buf_lit(out, "<td class=\"state\">");
        frame_status(out, ticket.status);
        buf_lit(out, "</td>");
        cell(out, "level", ticket.priority);
        buf_lit(out, "<td class=\"when\">");
        frame_time(out, ticket.updated_at);
        buf_lit(out, "</td><td class=\"tags\">");
        frame_tags(out, ticket.tags);
        buf_lit(out, "</td></tr>\n");
    }
    arena_clear(&row);
}

static void write_page_link(struct buf *out, struct str query, int64_t page, const char *words)
{
    buf_lit(out, "<a href=\"/agent?q=");
    buf_url(out, query);
    buf_fmt(out, "&amp;page=%lld\">%s</a>", (long long)page, words);
}

static void write_empty(struct buf *out, struct str query)
{
    if (query.len) {
        buf_lit(out, "<section class=\"empty\"><h1>No ticket matches</h1><p>Nothing fits <strong>");
        buf_html(out, query);
        buf_lit(out, "</strong>.</p><p><a href=\"/agent\">Show all tickets</a></p></section>\n");
    } else {
        buf_lit(out,
                "<section class=\"empty\"><h1>No tickets yet</h1>"
                "<p>A ticket that an agent creates appears here, with its number, requester and conversation.</p></section>\n");
    }
}

static void write_table(struct api_call *call, struct buf *out, const struct listing *list, struct str query, int64_t page)
{
    size_t from = (size_t)(page - 1) * INBOX_ROWS, to = from + INBOX_ROWS < list->count ? from + INBOX_ROWS : list->count;
    buf_lit(out, "<div class=\"head\"><h1>Tickets</h1><span class=\"muted\">");
    buf_fmt(out, "%zu to %zu of %zu, newest first</span></div>\n", from + 1, to, list->count);
    buf_lit(out,
            "<table><thead><tr><th>Number</th><th>Subject</th><th>Requester</th><th>Status</th><th>Priority</th><th>Updated</th>"
            "<th>Tags</th></tr></thead>\n<tbody>\n");
    for (size_t i = from; i < to; i++) write_row(call, out, list->items[i].id);
    buf_lit(out, "</tbody></table>\n<nav class=\"pages\">");
    if (page > 1) write_page_link(out, query, page - 1, "Newer tickets");
    if (to < list->count) write_page_link(out, query, page + 1, "Older tickets");
    buf_lit(out, "</nav>\n");
}

static void show_list(struct api_call *call)
{
    struct str text = str_trim(api_param(call, STR("q")));
    struct search_query query;
    struct listing list = { 0 };
    search_query_parse(text, &query);
    search_tickets(call, &query, STR("created_at"), &list);
    listing_sort(&list, true);
    int64_t pages = ((int64_t)list.count + INBOX_ROWS - 1) / INBOX_ROWS, page = api_param_int(call, STR("page"), 1);
    if (page > pages) page = pages;
    if (page < 1) page = 1;
    struct buf *out = frame_begin(call, 200, STR("Tickets"), text);
    if (list.count)
        write_table(call, out, &list, text, page);
    else
        write_empty(out, text);
    frame_end(call);
    listing_clear(&list);
}

/* ---- one ticket --------------------------------------------------------------------------------------------------------- */

static void write_files(struct api_call *call, struct buf *out, int64_t comment_id)
{
    struct attachment file = { .id = 0 };
    struct arena row;
    arena_init(&row);
    while (attachment_next(call->sandbox->desk, &row, comment_id, file.id, &file)) {
        buf_lit(out, "<p><a href=\"/attachments/token/");
        buf_url(out, file.secret);
        buf_lit(out, "/\">");
        buf_html(out, file.file_name);
        buf_fmt(out, "</a> <span class=\"muted\">%lld bytes</span></p>", (long long)file.size);
        arena_clear(&row);
    }
    arena_clear(&row);
}

static void write_comment(struct api_call *call, struct buf *out, int64_t id)
{
    struct comment comment;
    struct arena row;
    arena_init(&row);
    if (comment_load(call->sandbox->desk, &row, id, &comment)) {
        buf_fmt(out, "<article class=\"comment%s\"><div class=\"by\"><strong>", comment.is_public ? "" : " internal");
        buf_html(out, name_of(call, &row, comment.author_id));
        buf_fmt(out, "</strong><span class=\"muted\">%s, ", comment.is_public ? "public reply" : "internal note");
        frame_time(out, comment.created_at);
        buf_lit(out, "</span></div><div class=\"body\">");
        buf_html(out, comment.body);
        buf_lit(out, "</div>");
        write_files(call, out, id);
        buf_lit(out, "</article>\n");
    }
    arena_clear(&row);
}

static void write_conversation(struct api_call *call, struct buf *out, const struct ticket *ticket)
{
    struct desk *desk = call->sandbox->desk;
    int64_t count = comment_count(desk, ticket->id), skipped = count > HISTORY_ROWS ? count - HISTORY_ROWS : 0;
    if (skipped) buf_fmt(out, "<p class=\"notice\">%lld earlier comments are not shown.</p>\n", (long long)skipped);
    for (int64_t id = comment_next_id(desk, ticket->id, 0); id; id = comment_next_id(desk, ticket->id, id))
        if (skipped-- <= 0) write_comment(call, out, id);
}

static void write_status_choice(struct buf *out, struct str current)
{
    static const char *const names[] = { "new", "open", "pending", "hold", "solved", "closed" };
    buf_lit(out, "<label>Status <select name=\"status\">");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        bool is_current = str_eq(current, str_from(names[i]));
        if (i == 0 && !is_current) continue; /* a ticket that was looked at is never new again */
        buf_fmt(out, "<option value=\"%s\"%s>%s</option>", names[i], is_current ? " selected" : "",
                i == 3 ? "on hold" : names[i]);
    }
    buf_lit(out, "</select></label>");
}

static void write_answer_form(struct api_call *call, struct buf *out, const struct ticket *ticket, struct str problem)
{
    if (ticket_is_closed(ticket)) {
        buf_lit(out, "<p class=\"notice\">This ticket is closed. Nothing can be added to it any more.</p>\n");
        return;
    }
    if (problem.len) {
        buf_lit(out, "<p class=\"notice\" role=\"alert\">");
        buf_html(out, problem);
        buf_lit(out, "</p>\n");
    }
    buf_fmt(out, "<form class=\"answer\" method=\"post\" action=\"/agent/tickets/%lld\">", (long long)ticket->id);
    buf_lit(out, "<label for=\"comment\">Answer as ");
    buf_html(out, call->actor->name);
    buf_lit(out, "</label>\n<textarea id=\"comment\" name=\"comment\"></textarea>\n<div class=\"row\">"
                 "<label><input type=\"radio\" name=\"public\" value=\"yes\" checked> Public reply</label>"
                 "<label><input type=\"radio\" name=\"public\" value=\"no\"> Internal note</label>");
    write_status_choice(out, ticket->status);
    buf_lit(out, "<button class=\"send\">Save to ticket</button></div></form>\n");
}

static void write_fact(struct buf *out, const char *name, struct str value)
{
    if (!value.len) return;
    buf_fmt(out, "<dt>%s</dt><dd>", name);
    buf_html(out, value);
    buf_lit(out, "</dd>");
}

/* Its title where the account has the field, else its number. */
static void write_field_title(struct api_call *call, struct buf *out, int64_t id)
{
    struct json *field = record_tree(call->sandbox->desk, &kind_ticket_field, id);
    buf_lit(out, "<dt>");
    if (field)
        buf_html(out, json_get_str(field, "title"));
    else
        buf_fmt(out, "Field %lld", (long long)id);
    buf_lit(out, "</dt><dd>");
    json_free(field);
}

static void write_record_name(struct api_call *call, struct buf *out, const char *name, const struct record_kind *kind,
                              const char *member, int64_t id)
{
    struct json *record = record_tree(call->sandbox->desk, kind, id);
    write_fact(out, name, json_get_str(record, member));
    json_free(record);
}

static void write_custom_fields(struct api_call *call, struct buf *out, struct str stored)
{
    struct json *fields = json_parse(stored, NULL);
    for (size_t i = 0; i < json_count(fields); i++) {
        struct buf value;
        buf_init(&value, LIMIT_JSON_BYTES);
        json_canonical(json_get(json_at(fields, i), "value"), &value);
        write_field_title(call, out, json_get_int(json_at(fields, i), "id", 0));
        buf_html(out, buf_view(&value));
        buf_lit(out, "</dd>");
        buf_clear(&value);
    }
    json_free(fields);
}

static void write_facts(struct api_call *call, struct buf *out, const struct ticket *ticket)
{
    struct user requester = user_blank();
    (void)user_load(call->sandbox->desk, call->arena, ticket->requester_id, &requester);
    buf_lit(out, "<h2>Ticket</h2><dl>");
    write_fact(out, "Requester", requester.name);
    write_fact(out, "E-mail", requester.email);
    write_record_name(call, out, "Organization", &kind_organization, "name", ticket->organization_id);
    write_record_name(call, out, "Group", &kind_group, "name", ticket->group_id);
    write_record_name(call, out, "Custom status", &kind_custom_status, "agent_label", ticket->custom_status_id);
    if (ticket->followup_of) write_fact(out, "Follows", arena_fmt(call->arena, "#%lld", (long long)ticket->followup_of));
    if (ticket->assignee_id) write_fact(out, "Assignee", name_of(call, call->arena, ticket->assignee_id));
    write_fact(out, "Type", ticket->type);
    write_fact(out, "Priority", ticket->priority);
    write_fact(out, "External id", ticket->external_id);
    buf_lit(out, "<dt>Created</dt><dd>");
    frame_time(out, ticket->created_at);
    buf_lit(out, "</dd>");
    if (ticket->tags.len) {
        buf_lit(out, "<dt>Tags</dt><dd>");
        frame_tags(out, ticket->tags);
        buf_lit(out, "</dd>");
    }
    write_custom_fields(call, out, ticket->custom_fields);
    buf_lit(out, "</dl>\n");
}

/* A value as people read it: text without quotes, the items of a list, "none" for null. */
static void write_value(struct buf *out, struct str stored)
{
    struct json *value = json_parse(stored, NULL);
    if (json_type(value) == JSON_STRING)
        buf_html(out, json_str(value));
    else if (json_type(value) == JSON_NULL || (json_type(value) == JSON_ARRAY && !json_count(value)))
        buf_lit(out, "none");
    else if (json_type(value) != JSON_ARRAY)
        buf_html(out, stored);
    for (size_t i = 0; json_type(value) == JSON_ARRAY && i < json_count(value); i++) {
        if (i) buf_lit(out, ", ");
        buf_html(out, json_str(json_at(value, i)));
    }
    json_free(value);
}

/* What a new ticket has by default is left out. */
static bool is_telling(const struct audit_event *event)
{
    bool is_fixed = str_eq(event->field, STR("brand_id")) || str_eq(event->field, STR("ticket_form_id")) ||
                    str_eq(event->field, STR("custom_status_id"));
    return !is_fixed && (event->previous.len || !str_eq(event->value, STR("null")));
}

static void write_event(struct buf *out, const struct audit_event *event)
{
    if (!is_telling(event)) return;
    buf_lit(out, "<br>");
    buf_html(out, event->field);
    buf_lit(out, ": ");
    if (event->previous.len) {
        write_value(out, event->previous);
        buf_lit(out, " \xe2\x86\x92 ");
    }
    write_value(out, event->value);
}

static void write_audit(struct api_call *call, struct buf *out, int64_t id)
{
    struct desk *desk = call->sandbox->desk;
    struct audit audit;
    struct comment comment;
    struct audit_event event = { .id = 0 };
    struct arena row;
    arena_init(&row);
    if (audit_load(desk, &row, id, &audit)) {
        buf_lit(out, "<li><strong>");
        buf_html(out, name_of(call, &row, audit.author_id));
        buf_fmt(out, "</strong> %s<br>", str_eq(audit.channel, STR("web")) ? "in this inbox" : "over the API");
        frame_time(out, audit.created_at);
        if (comment_of_audit(desk, &row, id, &comment))
            buf_lit(out, comment.is_public ? "<br>public reply" : "<br>internal note");
        while (audit_next_event(desk, &row, id, event.id, &event)) write_event(out, &event);
        buf_lit(out, "</li>\n");
    }
    arena_clear(&row);
}

static void write_history(struct api_call *call, struct buf *out, const struct ticket *ticket)
{
    struct desk *desk = call->sandbox->desk;
    int64_t shown = 0;
    buf_lit(out, "<h2>History</h2><ul class=\"history\">\n");
    for (int64_t id = audit_next_id(desk, ticket->id, 0); id && shown < HISTORY_ROWS;
         id = audit_next_id(desk, ticket->id, id), shown++)
        write_audit(call, out, id);
    buf_lit(out, "</ul>\n");
}

static void show_ticket(struct api_call *call, int status, const struct ticket *ticket, struct str problem)
{
    struct str title = arena_fmt(call->arena, "#%lld %.*s", (long long)ticket->id, STR_ARG(subject_of(ticket)));
    struct buf *out = frame_begin(call, status, title, STR_NONE);
    buf_lit(out, "<div class=\"head\"><h1>");
    buf_html(out, subject_of(ticket));
    buf_fmt(out, "</h1><span class=\"muted\">#%lld</span>", (long long)ticket->id);
    frame_status(out, ticket->status);
    buf_lit(out, "</div>\n<div class=\"columns\"><section aria-label=\"Conversation\">\n");
    write_conversation(call, out, ticket);
    write_answer_form(call, out, ticket, problem);
    buf_lit(out, "</section>\n<aside>\n");
    write_facts(call, out, ticket);
    write_history(call, out, ticket);
    buf_lit(out, "</aside></div>\n");
    frame_end(call);
}

/* ---- answering ---------------------------------------------------------------------------------------------------------- */

static struct str form_value(struct api_call *call, struct str name)
{
    struct str value;
    return http_query_get(call->request->body, name, call->arena, &value) ? value : STR_NONE;
}

static void save_answer(struct api_call *call, const struct ticket *ticket)
{
    struct str text = comment_plain(call->arena, form_value(call, STR("comment"))), status = form_value(call, STR("status"));
    bool has_status = ticket_status_rank(status) >= 0 && !str_eq(status, ticket->status);
    if (ticket_is_closed(ticket) || (!text.len && !has_status)) {
        show_ticket(call, 422, ticket, STR("Nothing to save yet. Write an answer or choose another status."));
        return;
    }
    struct ticket_change change = ticket_change_begin(call, ticket, STR("web"));
    change.has_status = has_status;
    if (has_status) change.after.status = status;
    change.has_comment = text.len > 0;
    change.comment.body = text;
    change.comment.html_body = comment_html(call->arena, text);
    change.comment.author_id = call->actor->id;
    change.comment.is_public = !str_eq(form_value(call, STR("public")), STR("no"));
    ticket_change_commit(call, &change);
    frame_redirect(call, arena_fmt(call->arena, "/agent/tickets/%lld", (long long)ticket->id));
}

static void serve_ticket(struct api_call *call, struct str number)
{
    struct ticket ticket;
    int64_t id;
    if (!str_to_i64(number, &id) || !ticket_load(call->sandbox->desk, call->arena, id, &ticket))
        frame_message(call, 404, STR("No such ticket"), STR("It was deleted, or the number is not one of this account."));
    else if (call->request->method == HTTP_POST && !api_is_from_own_page(call))
        frame_message(call, 403, STR("Not saved"),
                      STR("The form was sent by a page of another site. Open the ticket here and answer it."));
    else if (call->request->method == HTTP_POST)
        save_answer(call, &ticket);
    else
        show_ticket(call, 200, &ticket, STR_NONE);
}

/* ---- the way in --------------------------------------------------------------------------------------------------------- */

static void dispatch(struct api_call *call)
{
    struct str path = call->request->path;
    if (str_eq(path, STR("/")))
        frame_redirect(call, STR("/agent"));
    else if (str_eq(path, STR("/agent")))
        show_list(call);
    else if (str_eq(path, STR("/agent/style.css")))
        api_bytes(call, 200, STR("text/css; charset=utf-8"), str_from(frame_style));
    else if (str_starts(path, TICKET_PATH))
        serve_ticket(call, str_slice(path, TICKET_PATH.len, path.len));
    else
        frame_message(call, 404, STR("No such page"), STR("The inbox has a list of tickets and a page for each of them."));
}

void inbox_serve(struct api_call *call)
{
    struct user *admin = arena_new(call->arena, struct user);
    desk_begin(call->sandbox->desk);
    if (user_by_email(call->sandbox->desk, call->arena, call->sandbox->admin_email, admin)) {
        call->actor = admin;
        dispatch(call);
    }
    if (!desk_commit(call->sandbox->desk) || !call->status)
        frame_message(call, 500, STR("Not done"), STR("The practice database could not be used. Its reason is in the log."));
}
