/*
 * tlbdiff show and tlbdiff encode: the two forms of a scenario.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmd.h"
#include "text.h"

static char *output;

static const GOptionEntry encode_options[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
      "Write to OUT instead of standard output", "OUT" },
    { NULL }
};

static int show(int argc, char **argv)
{
    static Scenario s;
    g_autoptr(GString) text = g_string_new(NULL);

    if (!load(&s, argv[0])) {
        return BAD;
    }
    text_print(text, &s);
    fputs(text->str, stdout);
    return finish_stdout(AGREE);
}

static int encode(int argc, char **argv)
{
    static Scenario s;
    uint8_t data[SCENARIO_BYTES];
    g_autoptr(GError) err = NULL;
    size_t len;

    if (!load(&s, argv[0])) {
        return BAD;
    }
    len = scenario_encode(&s, data);
    if (!output) {
        fwrite(data, 1, len, stdout);
        return finish_stdout(AGREE);
    }
    /* into a temporary file first: a full disk leaves nothing behind */
    if (!g_file_set_contents(output, (char *)data, len, &err)) {
        complain("%s", err->message);
        return BAD;
    }
    return AGREE;
}

const Command cmd_show = {
    .name = "show",
    .args = "FILE",
    .needs = "one file",
    .summary = "print a scenario in text form",
    .text = "Prints the scenario in canonical text form: a line for the "
            "target, one for the set-up, and one for each operation.",
    .run = show,
};

const Command cmd_encode = {
    .name = "encode",
    .args = "FILE",
    .needs = "one file",
    .summary = "print a scenario in binary form",
    .text = "Prints the scenario in the binary form that fuzzers mutate: a "
            "record of 32 bytes for the set-up and for each operation.",
    .options = encode_options,
    .run = encode,
};
