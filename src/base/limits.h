/* limits.h - every ceiling of the program, each with its reason. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

enum {
    /* HTTP server: security.md of the design, "HTTP limits". */
    LIMIT_HTTP_HEAD_BYTES = 16 * 1024, /* request line and headers: browsers stay under 8 KiB */
    LIMIT_HTTP_HEADERS = 64,
    LIMIT_HTTP_BODY_BYTES = 256 * 1024,    /* the largest legal message is LIMIT_MESSAGE_BYTES, JSON-escaped six-fold */
    LIMIT_UPLOAD_BYTES = 20 * 1024 * 1024, /* a file for Zendesk, whose own plans take 7 to 50 MB; it is held in memory */
    LIMIT_UPLOADS_AT_ONCE = 8,             /* so files take no more than 160 MiB */
    LIMIT_HTTP_READ_MS = 30 * 1000,        /* head and body together: a slow client holds a connection no longer */
    LIMIT_HTTP_IDLE_MS = 10 * 1000,        /* keep-alive without a request */
    LIMIT_HTTP_CONNECTIONS = 8 * 1024,
    LIMIT_HTTP_CONNECTIONS_PER_PEER = 256,
    LIMIT_STREAM_BACKLOG_BYTES =
        256 * 1024, /* an event stream whose reader is this far behind is closed; it resumes by Last-Event-ID */

    LIMIT_JSON_DEPTH = 32,              /* the deepest honest body has 6 levels */
    LIMIT_JSON_BYTES = 8 * 1024 * 1024, /* as LIMIT_ANSWER_BYTES */

    /* Answers of Zendesk and of providers. */
    LIMIT_ANSWER_BYTES = 8 * 1024 * 1024,
    LIMIT_ANSWER_HEADERS = 128,

    /* Language models. */
    LIMIT_MODEL_CHUNK_BYTES = 1024 * 1024, /* one event of a stream: the last one of OpenAI Responses repeats answer and tools */
    LIMIT_MODEL_TEXT_BYTES = 256 * 1024,   /* one answer: twice what the longest-winded models give */
    LIMIT_MODEL_OPAQUE_BYTES = 512 * 1024, /* signed thoughts that must go back */
    LIMIT_MODEL_CALLS = 32,                /* tool calls of one answer; how many are done is less and the agent's rule */
    LIMIT_MODEL_TOOLS = 64,                /* offered in one request */
    LIMIT_MODEL_REQUEST_BYTES = 4 * 1024 * 1024, /* a history of 200 turns with their results stays below 2 */
    LIMIT_MODEL_NAME_BYTES = 200,                /* a model's name, a call's id */
    LIMIT_DELTAS_PER_SECOND = 25,                /* pieces of an answer on one event stream: faster than anybody reads */
    LIMIT_RETRY_AFTER_S = 15 * 60,               /* what a provider may ask us to wait; more counts as this */
    LIMIT_MODEL_TOKENS = 1000 * 1000 * 1000, /* of one call, as a provider counts them: times LIMIT_PRICE it fits an int64_t */
    LIMIT_PRICE = 1000 * 1000 * 1000,        /* of a million tokens, in millionths of a dollar: a thousand dollars */

    /* What people write. */
    LIMIT_MESSAGE_BYTES = 32 * 1024, /* one message of a visitor */
    LIMIT_NAME_BYTES = 120,
    LIMIT_EMAIL_BYTES = 254, /* RFC 5321 section 4.5.3.1.3 */
    LIMIT_INSTRUCTIONS_BYTES = 32 * 1024,
    LIMIT_SUBJECT_CHARS = 150,       /* Zendesk keeps more; the inbox shows about this */
    LIMIT_COMMENT_BYTES = 64 * 1024, /* Zendesk cuts what is longer without an error: contract.md 4.6 */
    LIMIT_SECRET_BYTES = 1024,
    LIMIT_ARGUMENTS_BYTES = 192 * 1024, /* a comment of LIMIT_COMMENT_BYTES and its escapes */
    LIMIT_PASSWORD_BYTES = 1024,
    LIMIT_PASSWORD_MIN_CHARS = 12, /* ASVS 5.0 6.2.1 asks for 8, recommends 15 */

    LIMIT_KEY_BYTES = 255, /* an Idempotency-Key: as long as those of payment services, which clients are written for */
    LIMIT_KEPT_ANSWER_BYTES = 1024 * 1024, /* a turn's answer with its calls has tens of KiB */

    LIMIT_PAGE_ROWS = 100,   /* rows of one page of any list */
    LIMIT_STORE_GROUP = 256, /* jobs that share one commit */
    LIMIT_ARENA_BYTES = 64 * 1024 * 1024,
    LIMIT_TURN_ANSWER_MS = 20 * 1000, /* POST messages answers within this */
};

#endif
