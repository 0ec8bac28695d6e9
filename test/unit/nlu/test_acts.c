/* test_acts.c - what is a yes, and above all what is none. The sentences are the project's own. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "nlu/acts.h"

static unsigned acts(const char *text)
{
    struct arena arena;
    struct words w;
    arena_init(&arena);
    words_split(str_from(text), &arena, &w);
    unsigned read = acts_read(&w);
    arena_clear(&arena);
    return read;
}

static void each(const char *const *texts, unsigned has, unsigned has_not)
{
    for (; *texts; texts++) {
        unsigned read = acts(*texts);
        if ((read & has) != has || (read & has_not)) fail_msg("\"%s\" is read as %x", *texts, read);
    }
}

static void test_yes(void **state)
{
    (void)state;
    const char *const texts[] = { "yes",
                                  "Yes.",
                                  "YES!",
                                  "yep",
                                  "sure",
                                  "ok",
                                  "okay, thanks",
                                  "go ahead",
                                  "yes, please do",
                                  "looks good",
                                  "Looks good to me, send it",
                                  "that's correct",
                                  "That is right, thank you very much",
                                  "absolutely",
                                  "perfect, create it",
                                  "yes I am sure",
                                  "send it now please",
                                  "correct",
                                  "sounds good",
                                  "that works for me",
                                  "please send it",
                                  "all right then",
                                  "yes yes yes",
                                  "go ahead and send it",
                                  NULL };
    each(texts, NLU_YES, NLU_NO | NLU_CANCEL);
}

static void test_no_yes(void **state)
{
    (void)state;
    const char *const texts[] = { "no",
                                  "yes?",
                                  "yes? no",
                                  "yes no",
                                  "not yet",
                                  "don't",
                                  "don\xe2\x80\x99t send it",
                                  "do not send it",
                                  "wait",
                                  "ok wait",
                                  "hold on",
                                  "yes but later",
                                  "yes, if it is free",
                                  "yes but change the subject to X",
                                  "sure, after you fix the email",
                                  "you sure?",
                                  "you sure",
                                  "are you sure",
                                  "is that correct",
                                  "is it ok to send it",
                                  "correct it",
                                  "please correct",
                                  "not ok",
                                  "no problem",
                                  "why not",
                                  "I guess so, maybe",
                                  "I'm good",
                                  "all good",
                                  "ok so",
                                  "yes and",
                                  "send it to my boss",
                                  "ok send it tomorrow",
                                  "create another one",
                                  "yes 123",
                                  "yes bob@acme.io",
                                  "looks good except one thing",
                                  "I will send it myself",
                                  "never",
                                  "nothing is right",
                                  "fine, whatever, cancel",
                                  "great question",
                                  "make sure it is right",
                                  "what",
                                  "",
                                  "?",
                                  "yes\nno",
                                  "sounds wrong",
                                  "absolutely not",
                                  "of course not",
                                  "yes, no, I mean no",
                                  NULL };
    each(texts, 0, NLU_YES);
}

static void test_no(void **state)
{
    (void)state;
    const char *const texts[] = { "no",    "nope",    "no thanks",      "not yet",
                                  "wait",  "don't",   "hold on please", "no, that's wrong",
                                  "never", "not now", "absolutely not", NULL };
    each(texts, NLU_NO, NLU_YES | NLU_AGREES);
}

static void test_cancel(void **state)
{
    (void)state;
    const char *const texts[] = { "cancel",
                                  "Cancel that, please",
                                  "never mind",
                                  "nevermind",
                                  "forget it",
                                  "I changed my mind",
                                  "no, cancel it",
                                  "I don't need it anymore",
                                  "please don't create a ticket",
                                  "actually never mind",
                                  NULL };
    each(texts, NLU_CANCEL, NLU_YES);
    const char *const others[] = { "cancel my order of chairs", "the cancel button does not work",
                                   "how do I cancel my subscription", "cancel ticket 123", NULL };
    each(others, 0, NLU_CANCEL);
}

static void test_small_talk(void **state)
{
    (void)state;
    const char *const greetings[] = { "hi", "Hello there!", "good morning", "hey, how are you?", NULL };
    const char *const thanks[] = { "thanks", "thank you so much", "great, thanks", "ok thanks", NULL };
    const char *const byes[] = { "bye", "see you later", "ok bye", "have a nice day", NULL };
    const char *const helps[] = { "help", "what can you do?", "can you help me please", "who are you", NULL };
    const char *const bots[] = { "are you a bot?", "am I talking to a real person?", "is this an automated chat",
                                 "you are a robot, right?", NULL };
    const char *const humans[] = { "I want to talk to a human", "agent please", "connect me with someone from support",
                                   "can I speak to your manager", NULL };
    each(greetings, NLU_GREET, NLU_YES);
    each(thanks, NLU_THANKS, 0);
    each(byes, NLU_BYE, 0);
    each(helps, NLU_HELP, NLU_YES);
    each(bots, NLU_BOT, NLU_HUMAN);
    each(humans, NLU_HUMAN, NLU_YES | NLU_BOT);
}

static void test_bare(void **state)
{
    (void)state;
    const char *const bare[] = { "yes", "hello", "ok thanks", "no", NULL };
    const char *const told[] = { "no sound from the speakers", "hello, the printer burns", "help with my printer",
                                 "the door is stuck", NULL };
    each(bare, NLU_BARE, 0);
    each(told, 0, NLU_BARE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_yes),    cmocka_unit_test(test_no_yes),     cmocka_unit_test(test_no),
        cmocka_unit_test(test_cancel), cmocka_unit_test(test_small_talk), cmocka_unit_test(test_bare),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
