/* conversations.c - conversations, and what stands in them: messages and events, which share one sequence. */
#include "store/query.h"

#include "base/buf.h"

static void take_conversation(struct query *q, struct arena *arena, void *row)
{
    struct conversation *conversation = row;
    conversation->workspace = take_text(q, arena);
    conversation->id = take_text(q, arena);
    conversation->agent = take_text(q, arena);
    take_known(q, channel_from(take_word(q), &conversation->channel));
    int64_t level = take_int(q);
    take_known(q, level >= L0_ANONYMOUS && level <= L4_MEMBER);
    conversation->identity = (enum identity)level;
    conversation->visitor_email = take_text(q, arena);
    conversation->visitor_name = take_text(q, arena);
    conversation->dry_run = take_bool(q);
    conversation->title = take_text(q, arena);
    conversation->state = take_text(q, arena);
    conversation->last_seq = take_int(q);
    conversation->version = take_int(q);
    conversation->created_at = take_int(q);
    conversation->updated_at = take_int(q);
    conversation->needs_person_at = take_int(q);
}

static void take_listed(struct query *q, struct arena *arena, void *row)
{
    struct conversation *conversation = row;
    take_conversation(q, arena, row);
    conversation->outcome = take_text(q, arena);
}

enum status conversation_insert(struct store_tx *tx, const struct conversation *conversation)
{
    struct query q = query_start(tx, SQL_CONVERSATION_INSERT);
    put_text(&q, conversation->workspace);
    put_text(&q, conversation->id);
    put_text(&q, conversation->agent);
    put_text(&q, str_from(channel_name(conversation->channel)));
    put_int(&q, conversation->identity);
    put_text(&q, conversation->visitor_email);
    put_text(&q, conversation->visitor_name);
    put_bool(&q, conversation->dry_run);
    put_text(&q, conversation->title);
    put_text(&q, conversation->state);
    put_int(&q, conversation->last_seq);
    put_int(&q, conversation->version);
    put_int(&q, conversation->created_at);
    put_int(&q, conversation->updated_at);
    put_int(&q, conversation->needs_person_at);
    return query_write(&q, NULL);
}

enum status conversation_save(struct store_tx *tx, const struct conversation *conversation)
{
    struct query q = query_start(tx, SQL_CONVERSATION_SAVE);
    put_text(&q, conversation->workspace);
    put_text(&q, conversation->id);
    put_int(&q, conversation->version);
    put_text(&q, conversation->state);
    put_text(&q, conversation->title);
    put_int(&q, conversation->last_seq);
    put_int(&q, conversation->updated_at);
    put_int(&q, conversation->needs_person_at);
    return query_change(&q, E_CONFLICT);
}

enum status conversation_get(struct store_tx *tx, struct str workspace, struct str id, struct arena *arena,
                             struct conversation *conversation)
{
    struct query q = query_start(tx, SQL_CONVERSATION_GET);
    put_text(&q, workspace);
    put_text(&q, id);
    return query_one(&q, take_conversation, arena, conversation);
}

enum status conversation_list(struct store_tx *tx, struct str workspace, struct str agent_or_empty, bool needs_person,
                              const struct store_page *page, struct arena *arena, struct conversation **conversations,
                              size_t *count)
{
    struct rows rows = { 0 };
    struct query q = query_start(tx, needs_person         ? SQL_CONVERSATION_LIST_NEEDS_PERSON
                                     : agent_or_empty.len ? SQL_CONVERSATION_LIST_OF_AGENT
                                                          : SQL_CONVERSATION_LIST);
    put_text(&q, workspace);
    if (needs_person || agent_or_empty.len) put_text(&q, agent_or_empty);
    put_cursor(&q, page);
    put_limit(&q, page->limit);
    enum status status = query_rows(&q, take_listed, arena, sizeof **conversations, &rows);
    *conversations = rows.items;
    *count = rows.count;
    return status;
}

/* "50%" as "%50\\%%": found anywhere, and nothing in it is a wildcard. */
static struct str like_anywhere(struct str text, struct arena *arena)
{
    struct buf pattern;
    if (text.len == 0) return STR_NONE;
    buf_init(&pattern, 2 * text.len + 2);
    buf_char(&pattern, '%');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '%' || text.ptr[i] == '_' || text.ptr[i] == '\\') buf_char(&pattern, '\\');
        buf_char(&pattern, text.ptr[i]);
    }
    buf_char(&pattern, '%');
    struct str copy = arena_str(arena, buf_view(&pattern));
    buf_clear(&pattern);
    return copy;
}

enum status conversation_search(struct store_tx *tx, struct str workspace, const struct conversation_filter *filter,
                                const struct store_page *page, struct arena *arena, struct conversation **conversations,
                                size_t *count)
{
    struct rows rows = { 0 };
    struct query q = query_start(tx, SQL_CONVERSATION_SEARCH);
    put_text(&q, workspace);
    put_cursor(&q, page);
    put_text(&q, filter->agent);
    put_text(&q, filter->channel);
    put_text(&q, like_anywhere(filter->text, arena));
    put_text(&q, filter->outcome);
    put_bool(&q, filter->needs_person);
    put_limit(&q, page->limit);
    enum status status = query_rows(&q, take_listed, arena, sizeof **conversations, &rows);
    *conversations = rows.items;
    *count = rows.count;
    return status;
}

enum status conversation_erase(struct store_tx *tx, struct str workspace, struct str id)
{
    struct query waiting = query_start(tx, SQL_CONVERSATION_WAITING);
    put_text(&waiting, workspace);
    put_text(&waiting, id);
    enum status status = query_none(&waiting, E_CONFLICT);
    if (status != OK) return status;

    struct query q = query_start(tx, SQL_CONVERSATION_DELETE); /* all that hangs on it goes with it: ON DELETE CASCADE */
    put_text(&q, workspace);
    put_text(&q, id);
    return query_change(&q, E_NOT_FOUND);
}

/* ---- messages ---- */

static bool author_from_word(struct str word, enum author *author)
{
    *author = str_eq(word, str_from(author_name(AUTHOR_VISITOR))) ? AUTHOR_VISITOR : AUTHOR_AGENT;
    return str_eq(word, str_from(author_name(*author)));
}

static void take_message(struct query *q, struct arena *arena, void *row)
{
    struct message *message = row;
    message->workspace = take_text(q, arena);
    message->conversation = take_text(q, arena);
    message->seq = take_int(q);
    message->id = take_text(q, arena);
    message->turn = take_text(q, arena);
    take_known(q, author_from_word(take_word(q), &message->author));
    message->text = take_text(q, arena);
    message->receipts = take_text(q, arena);
    message->client_id = take_text(q, arena);
    message->created_at = take_int(q);
}

enum status message_insert(struct store_tx *tx, const struct message *message)
{
    struct query q = query_start(tx, SQL_MESSAGE_INSERT);
    put_text(&q, message->workspace);
    put_text(&q, message->conversation);
    put_int(&q, message->seq);
    put_text(&q, message->id);
    put_text(&q, message->turn);
    put_text(&q, str_from(author_name(message->author)));
    put_text(&q, message->text);
    put_text(&q, message->receipts);
    put_text(&q, message->client_id);
    put_int(&q, message->created_at);
    return query_write(&q, NULL);
}

enum status message_by_client_id(struct store_tx *tx, struct str workspace, struct str conversation, struct str client_id,
                                 struct arena *arena, struct message *message)
{
    struct query q = query_start(tx, SQL_MESSAGE_BY_CLIENT_ID);
    put_text(&q, workspace);
    put_text(&q, conversation);
    put_text(&q, client_id);
    return query_one(&q, take_message, arena, message);
}

enum status message_list(struct store_tx *tx, struct str workspace, struct str conversation, int64_t after_seq, size_t limit,
                         struct arena *arena, struct message **messages, size_t *count)
{
    struct rows rows = { 0 };
    struct query q = query_start(tx, SQL_MESSAGE_LIST);
    put_text(&q, workspace);
    put_text(&q, conversation);
    put_int(&q, after_seq);
    put_limit(&q, limit);
    enum status status = query_rows(&q, take_message, arena, sizeof **messages, &rows);
    *messages = rows.items;
    *count = rows.count;
    return status;
}

/* ---- events ---- */

static void take_event(struct query *q, struct arena *arena, void *row)
{
    struct event *event = row;
    event->workspace = take_text(q, arena);
    event->conversation = take_text(q, arena);
    event->seq = take_int(q);
    event->kind = take_text(q, arena);
    event->turn = take_text(q, arena);
    event->action = take_text(q, arena);
    event->awaiting = take_text(q, arena);
    event->created_at = take_int(q);
}

enum status event_insert(struct store_tx *tx, const struct event *event)
{
    struct query q = query_start(tx, SQL_EVENT_INSERT);
    put_text(&q, event->workspace);
    put_text(&q, event->conversation);
    put_int(&q, event->seq);
    put_text(&q, event->kind);
    put_text(&q, event->turn);
    put_text(&q, event->action);
    put_text(&q, event->awaiting);
    put_int(&q, event->created_at);
    return query_write(&q, NULL);
}

enum status event_list(struct store_tx *tx, struct str workspace, struct str conversation, int64_t after_seq, size_t limit,
                       struct arena *arena, struct event **events, size_t *count)
{
    struct rows rows = { 0 };
    struct query q = query_start(tx, SQL_EVENT_LIST);
    put_text(&q, workspace);
    put_text(&q, conversation);
    put_int(&q, after_seq);
    put_limit(&q, limit);
    enum status status = query_rows(&q, take_event, arena, sizeof **events, &rows);
    *events = rows.items;
    *count = rows.count;
    return status;
}
