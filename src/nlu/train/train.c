/* train.c - makes the classifier's weights at build time:  nlu_train OUT.c DATA.txt...   or   nlu_train --try[-all] DATA.txt...
 *
 * One linear machine a meaning (liblinear, L2-regularised L2-loss, dual), over features of length one. The weights become whole numbers of one byte
 * with one scale for all; rows in which all of them round to nothing are left out. The same text gives the same file: liblinear draws from rand()
 * with its first seed, and the grammar has its own dice. --try prints what cross-validation says,
 * with all sentences of a line in the same fold; --try-all its mistakes as well.
 */
#include <linear.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nlu/clause.h"
#include "nlu/classify.h"
#include "nlu/train/grammar.h"

enum { FILE_MAX_BYTES = 4 << 20, WEIGHT_MAX = 127, FOLDS = 5 };
static const double COST = 1.0, STOP = 0.1;

struct set {
    struct problem problem;
    struct feature_node *nodes;
};

static void quiet(const char *text)
{
    (void)text;
}

static int by_id(const void *a, const void *b)
{
    return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

static struct features features_of(struct str text)
{
    struct arena arena;
    struct words words;
    struct features features;
    arena_init(&arena);
    words_split(text, &arena, &words);
    clause_hold(&words);
    features_read(&words, 0, words.count, &features);
    qsort(features.ids, features.count, sizeof features.ids[0], by_id);
    arena_clear(&arena);
    return features;
}

static struct set set_of(const struct grammar *g)
{
    size_t total = 0, at = 0;
    for (size_t i = 0; i < g->count; i++) total += features_of(g->sentences[i].text).count + 1;
    struct set set = { .problem = { .l = (int)g->count, .n = FEATURES_SPACE, .bias = -1 } };
    set.nodes = mem_array(total, sizeof *set.nodes);
    set.problem.x = mem_array(g->count, sizeof *set.problem.x);
    set.problem.y = mem_array(g->count, sizeof *set.problem.y);
    for (size_t i = 0; i < g->count; i++) {
        struct features f = features_of(g->sentences[i].text);
        set.problem.x[i] = &set.nodes[at];
        set.problem.y[i] = (double)g->sentences[i].meaning;
        for (size_t k = 0; k < f.count; k++) set.nodes[at++] = (struct feature_node){ f.ids[k] + 1, 1.0 / sqrt((double)f.count) };
        set.nodes[at++].index = -1;
    }
    return set;
}

static void set_free(struct set *set)
{
    mem_free(set->nodes);
    mem_free(set->problem.x);
    mem_free(set->problem.y);
}

static const struct parameter parameter = { .solver_type = L2R_L2LOSS_SVC_DUAL, .eps = STOP, .C = COST, .p = 0.1 };

/* ---- the file ------------------------------------------------------------------------------------------------------------------------ */

struct weights {
    double of[NLU_MEANINGS];
};

static void read_weights(const struct model *model, int feature, struct weights *out)
{
    memset(out, 0, sizeof *out);
    for (int k = 0; k < model->nr_class; k++) out->of[model->label[k]] = get_decfun_coef(model, feature + 1, k);
}

static double largest(const struct model *model)
{
    double most = 0;
    struct weights w;
    for (int f = 0; f < FEATURES_SPACE; f++) {
        read_weights(model, f, &w);
        for (int k = 0; k < NLU_MEANINGS; k++) most = fmax(most, fabs(w.of[k]));
    }
    return most;
}

static bool write_row(FILE *out, const struct weights *w, double scale)
{
    int row[NLU_MEANINGS];
    bool any = false;
    for (int k = 0; k < NLU_MEANINGS; k++) {
        row[k] = (int)lround(w->of[k] * scale);
        any = any || abs(row[k]) > 1;
    }
    if (!any) return false;
    (void)fputs("    {", out);
    for (int k = 0; k < NLU_MEANINGS; k++) (void)fprintf(out, "%d,", row[k]);
    (void)fputs("},\n", out);
    return true;
}

static bool write_model(const struct model *model, const char *path)
{
    FILE *out = fopen(path, "w");
    if (!out) return false;
    static uint16_t rows[FEATURES_SPACE];
    double scale = WEIGHT_MAX / largest(model);
    unsigned count = 1;
    struct weights w;
    (void)fprintf(out, "/* Made by nlu_train from src/nlu/data. */\n#include \"nlu/classify.h\"\n\nconst int8_t "
                       "model_weights[][NLU_MEANINGS] = {\n    {0},\n");
    for (int f = 0; f < FEATURES_SPACE; f++) {
        read_weights(model, f, &w);
        if (write_row(out, &w, scale)) rows[f] = (uint16_t)count++;
    }
    (void)fprintf(out, "};\n\nconst uint16_t model_rows[FEATURES_SPACE] = {");
    for (int f = 0; f < FEATURES_SPACE; f++) (void)fprintf(out, "%s%u,", f % 32 ? "" : "\n    ", rows[f]);
    (void)fprintf(out, "\n};\n\nconst int model_scale = %d;\n", (int)lround(1000.0 * 256.0 / scale));
    return fclose(out) == 0;
}

/* ---- cross-validation ------------------------------------------------------------------------------------------------------------------- */

/* Trains on what is not in the fold and says what the fold's sentences would be taken for. */
static void try_fold(const struct grammar *g, const struct set *set, unsigned fold, int *said)
{
    struct problem part = set->problem;
    part.x = mem_array(g->count, sizeof *part.x);
    part.y = mem_array(g->count, sizeof *part.y);
    part.l = 0;
    for (size_t i = 0; i < g->count; i++) {
        if (g->sentences[i].line % FOLDS == fold) continue;
        part.x[part.l] = set->problem.x[i];
        part.y[part.l++] = set->problem.y[i];
    }
    struct model *model = train(&part, &parameter);
    for (size_t i = 0; i < g->count; i++)
        if (g->sentences[i].line % FOLDS == fold) said[i] = (int)predict(model, set->problem.x[i]);
    free_and_destroy_model(&model);
    mem_free(part.x);
    mem_free(part.y);
}

static void try(const struct grammar *g, const struct set *set, bool tell)
{
    int *said = mem_array(g->count, sizeof *said);
    size_t right[NLU_MEANINGS] = { 0 }, of[NLU_MEANINGS] = { 0 }, all = 0;
    for (unsigned fold = 0; fold < FOLDS; fold++) try_fold(g, set, fold, said);
    for (size_t i = 0; i < g->count; i++) {
        enum nlu_meaning meaning = g->sentences[i].meaning;
        bool hit = said[i] == (int)meaning;
        of[meaning]++;
        right[meaning] += hit;
        all += hit;
        if (tell && !hit)
            (void)printf("%s, not %s: %.*s\n", nlu_meaning_name((enum nlu_meaning)said[i]), nlu_meaning_name(meaning),
                         STR_ARG(g->sentences[i].text));
    }
    for (int k = 0; k < NLU_MEANINGS; k++)
        if (of[k])
            (void)printf("%-16s %5zu sentences  %5.1f %%\n", nlu_meaning_name((enum nlu_meaning)k), of[k],
                         100.0 * (double)right[k] / (double)of[k]);
    (void)printf("%-16s %5zu sentences  %5.1f %%\n", "all", g->count, 100.0 * (double)all / (double)g->count);
    mem_free(said);
}

/* ---- the program ------------------------------------------------------------------------------------------------------------------------ */

static bool read_data(struct grammar *g, char *const *paths)
{
    for (; *paths; paths++) {
        char *bytes = arena_alloc(g->arena, FILE_MAX_BYTES / 8);
        FILE *in = fopen(*paths, "r");
        if (!in) {
            perror(*paths);
            return false;
        }
        size_t length = fread(bytes, 1, FILE_MAX_BYTES / 8, in);
        (void)fclose(in);
        if (!grammar_add(g, *paths, (struct str){ bytes, length })) return false;
    }
    return g->count > 0;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        (void)fputs("usage: nlu_train (OUT.c | --try | --try-all) DATA.txt...\n", stderr);
        return 2;
    }
    struct arena arena;
    static struct grammar grammar;
    arena_init(&arena);
    grammar_init(&grammar, &arena);
    if (!read_data(&grammar, argv + 2)) return 1;
    set_print_string_function(quiet);
    struct set set = set_of(&grammar);
    bool fine = true;
    if (strncmp(argv[1], "--try", 5) == 0) {
        try(&grammar, &set, strcmp(argv[1], "--try-all") == 0);
    } else {
        struct model *model = train(&set.problem, &parameter);
        fine = write_model(model, argv[1]);
        free_and_destroy_model(&model);
    }
    set_free(&set);
    arena_clear(&arena);
    return fine ? 0 : 1;
}
