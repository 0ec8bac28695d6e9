/* seed.c - believable practice data: people at companies, what they wrote, what they were answered.
 *
 * Everything follows from the number of the ticket, by a small generator of its own (SplitMix64), so that two accounts look alike
 * and tests may count. Tickets are written by ticket_change, as real ones are: their audits and side effects are true.
 */
#include "sandbox/seed.h"

#include "sandbox/record.h"
#include "sandbox/ticket_change.h"

enum { SEED_TICKETS = 320, SEED_CUSTOMERS = 120, SEED_AGENTS = 4, SEED_COMPANIES = 12, HOUR_MS = 3600 * 1000 };

static uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static const char *const first_names[] = {
    "Amara", "Ben",  "Chiara", "Diego", "Elif", "Farah", "Goran", "Hana", "Ivo",  "Jun",
    "Katya", "Liam", "Mei",    "Noor",  "Otto", "Priya", "Quinn", "Rosa", "Sven", "Tomas"
};
static const char *const last_names[] = { "Adeyemi", "Berg", "Costa", "Duarte", "Erdem", "Fischer",
                                          "Gallo",   "Haas", "Ito",   "Jansen", "Kovac" };
static const char *const agent_names[] = { "Mara Lindqvist", "Theo Okafor", "Yuki Brandt", "Ines Moreau" };
static const char *const companies[] = { "Alder Bikes",   "Birch Coffee",  "Cedar Books",  "Dune Surf",
                                         "Elm Interiors", "Fjord Outdoor", "Grove Garden", "Harbor Wine",
                                         "Iris Optics",   "Juno Audio",    "Kite School",  "Lumen Lamps" };

static const struct topic {
    const char *subject, *text, *answer, *thanks, *tag;
} topics[] = {
    { "Parcel has not arrived", "I ordered nine days ago and the tracking page has not moved since Monday. Where is my parcel?",
      "I asked the carrier. The parcel is at the depot and goes out tomorrow morning.", "It came today, thank you.", "delivery" },
    { "Charged twice for one order", "My card shows two payments of the same amount for order %d. One of them is wrong.",
      "The second payment was a reservation and has been released. Your bank shows that within three days.",
      "Yes, it is gone from the statement.", "billing" },
    { "Cannot sign in", "The sign-in page says my password is wrong, and the reset e-mail does not come.",
      "Your address had a typing mistake in it. It is corrected; the reset e-mail is on its way.", "I am in again.", "account" },
    { "Lamp flickers", "The desk lamp from order %d flickers as soon as it is dimmed below half. It does so in every socket.",
      "That is a known fault of one batch. A new one leaves us today; keep the old one.", "The new one is perfect.", "product" },
    { "Return label missing", "There was no return label in the box. How do I send the jacket back?",
      "The label is attached to the e-mail that I just sent. You have until the end of next month.", "Sent it off this morning.",
      "return" },
    { "Change of delivery address", "We moved last week. Can order %d go to the new address instead?",
      "It had not left yet, so I changed it. The new address is on the confirmation.", "Great, thanks.", "delivery" },
    { "Invoice with VAT number", "Our accounting needs the invoice for order %d with our VAT number on it.",
      "The corrected invoice is in your account under Documents.", "Found it.", "billing" },
    { "App closes when I open my orders", "Since the update the app closes as soon as I tap Orders. Phone is two years old.",
      "Version 4.2.1 mends that. It is in the store since this morning.", "Works after the update.", "app" },
    { "Gift card code does not work", "The code is refused at the checkout, although the card is new.",
      "The card was not switched on at the till. It is now; the full amount is on it.", "It worked.", "billing" },
    { "Wrong size delivered", "I ordered medium and got large. I would like to swap it before the weekend.",
      "Medium leaves us today by express. The courier takes the large one with him.", "Fits. Thank you for the speed.",
      "return" },
    { "Question about the warranty", "How long is the warranty on the grinder, and does it cover the motor?",
      "Three years, and the motor is part of it. The receipt is all you need.", "Good to know.", "product" },
    { "Newsletter comes twice", "I get every newsletter twice, to the same address.",
      "You were on the list under two spellings of your name. One is left.", "Only one this week.", "account" },
};

enum { TOPICS = sizeof topics / sizeof *topics };

/* ---- people ------------------------------------------------------------------------------------------------------------- */

struct cast {
    int64_t companies[SEED_COMPANIES], agents[SEED_AGENTS], customers[SEED_CUSTOMERS];
};

static struct str lower_dotted(struct arena *arena, struct str name)
{
    char *text = arena_cstr(arena, name);
    for (size_t i = 0; i < name.len; i++) text[i] = name.ptr[i] == ' ' ? '.' : char_lower(name.ptr[i]);
    return (struct str){ text, name.len };
}

static int64_t add_person(struct api_call *call, struct str name, struct str email, const char *role, int64_t organization_id)
{
    struct user user;
    if (user_by_email(call->sandbox->desk, call->arena, email, &user)) return user.id;
    user = user_blank();
    user.name = name;
    user.email = email;
    user.role = str_from(role);
    user.verified = true;
    user.organization_id = organization_id;
    user.created_at = user.updated_at = call->now_at;
    user_insert(call->sandbox->desk, &user);
    return user.id;
}

static void add_cast(struct api_call *call, struct cast *cast)
{
    struct arena *arena = call->arena;
    for (size_t i = 0; i < SEED_COMPANIES; i++)
        cast->companies[i] = record_plant(call->sandbox->desk, &kind_organization, 0, call->now_at,
                                          arena_fmt(arena, "{\"name\":\"%s\"}", companies[i]));
    for (size_t i = 0; i < SEED_AGENTS; i++) {
        struct str name = str_from(agent_names[i]);
        struct str email = arena_fmt(arena, "%.*s@practice.example", STR_ARG(lower_dotted(arena, name)));
        cast->agents[i] = add_person(call, name, email, "agent", 0);
    }
    for (size_t i = 0; i < SEED_CUSTOMERS; i++) {
        struct str name = arena_fmt(arena, "%s %s", first_names[i % 20], last_names[i % 11]);
        struct str company = lower_dotted(arena, str_from(companies[i % SEED_COMPANIES]));
        struct str email = arena_fmt(arena, "%.*s%zu@%.*s.example", STR_ARG(lower_dotted(arena, name)), i, STR_ARG(company));
        cast->customers[i] = add_person(call, name, email, "end-user", cast->companies[i % SEED_COMPANIES]);
    }
}

/* ---- tickets ------------------------------------------------------------------------------------------------------------ */

/* "order %d" with a number that belongs to the ticket. */
static struct str with_order(struct arena *arena, const char *text, size_t number)
{
    struct str whole = str_from(text);
    size_t at = str_find(whole, STR("%d"), 0);
    if (at == SIZE_MAX) return whole;
    return arena_fmt(arena, "%.*s%zu%.*s", STR_ARG(str_slice(whole, 0, at)), 48000 + 7 * number,
                     STR_ARG(str_slice(whole, at + 2, whole.len)));
}

static void say(struct api_call *call, struct ticket_change *change, int64_t author_id, struct str text)
{
    struct user *author = arena_new(call->arena, struct user);
    if (user_load(call->sandbox->desk, call->arena, author_id, author)) call->actor = author;
    change->has_comment = true;
    change->comment.author_id = author_id;
    change->comment.is_public = true;
    change->comment.body = comment_plain(call->arena, text);
    change->comment.html_body = comment_html(call->arena, change->comment.body);
}

static struct ticket open_ticket(struct api_call *call, const struct cast *cast, size_t number, uint64_t *random)
{
    static const char *const priorities[] = { "low", "normal", "normal", "high", "urgent" };
    static const char *const kinds[] = { "question", "incident", "problem", "task" };
    const struct topic *topic = &topics[draw(random) % TOPICS];
    int64_t customer = cast->customers[draw(random) % SEED_CUSTOMERS];
    struct ticket_change change = ticket_change_begin(call, NULL, number % 3 ? STR("email") : STR("web"));
    say(call, &change, customer, with_order(call->arena, topic->text, number));
    change.requester = *call->actor;
    change.after.submitter_id = customer;
    change.after.subject = with_order(call->arena, topic->subject, number);
    change.after.priority = str_from(priorities[draw(random) % 5]);
    change.after.type = str_from(kinds[draw(random) % 4]);
    change.after.tags = str_from(topic->tag);
    ticket_change_commit(call, &change);
    return change.after;
}

static void answer(struct api_call *call, struct ticket *ticket, int64_t author_id, const char *text, const char *status)
{
    struct ticket_change change = ticket_change_begin(call, ticket, STR("web"));
    say(call, &change, author_id, str_from(text));
    if (status) {
        change.has_status = true;
        change.after.status = str_from(status);
        change.after.assignee_id = author_id;
    }
    ticket_change_commit(call, &change);
    *ticket = change.after;
}

static const struct topic *topic_of(const struct ticket *ticket)
{
    for (size_t i = 0; i < TOPICS; i++)
        if (str_eq(ticket->subject, str_from(topics[i].subject))) return &topics[i];
    return &topics[0];
}

/* A fifth waits for its first answer, a fifth for the customer, a fifth is open, the rest is solved. */
static void live(struct api_call *call, const struct cast *cast, struct ticket *ticket, size_t number, uint64_t *random)
{
    const struct topic *topic = topic_of(ticket);
    int64_t agent = cast->agents[draw(random) % SEED_AGENTS], customer = ticket->requester_id;
    if (number % 5 == 0) return;
    call->now_at += HOUR_MS;
    answer(call, ticket, agent, topic->answer, number % 5 == 1 ? "pending" : number % 5 == 2 ? "open" : "solved");
    if (number % 5 != 4) return;
    call->now_at += HOUR_MS;
    answer(call, ticket, customer, topic->thanks, NULL);
    answer(call, ticket, agent, "Glad to hear that. I close this now.", "solved");
}

/* A call that nobody sent: what writing a ticket wants to know of one. */
void seed_data(struct sandbox *sandbox)
{
    struct arena arena;
    struct cast cast;
    struct ticket ticket;
    uint64_t random = 20261122;
    const struct http_request request = { .method = HTTP_POST, .peer = { .address = STR("127.0.0.1") } };
    arena_init(&arena);
    struct api_call call = { .sandbox = sandbox, .request = &request, .arena = &arena, .is_seed = true };
    int64_t now_at = sandbox_now(sandbox);
    call.now_at = now_at - (int64_t)SEED_TICKETS * 6 * HOUR_MS;
    if (!ticket_next(sandbox->desk, &arena, 0, true, &ticket)) {
        add_cast(&call, &cast);
        for (size_t number = 1; number <= SEED_TICKETS; number++) {
            struct user *admin = arena_new(&arena, struct user);
            if (user_by_email(sandbox->desk, &arena, sandbox->admin_email, admin)) call.actor = admin;
            call.now_at = now_at - (int64_t)(SEED_TICKETS - number + 1) * 6 * HOUR_MS;
            ticket = open_ticket(&call, &cast, number, &random);
            live(&call, &cast, &ticket, number, &random);
        }
    }
    arena_clear(&arena);
}
