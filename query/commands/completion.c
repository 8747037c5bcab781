#include "query/commands/completion.h"

#include <string.h>

#include "core/advice/complete.h"
#include "core/base/macros.h"
#include "query/commands/commands.h"
#include "query/commands/help.h"
#include "query/questions/saved_folder.h"

/* Commands that take names of saved queries, as a pattern of a shell. */
#define SAVED_COMMANDS "run|show|report"

static void print_command_names(FILE *out)
{
    size_t count = 0;
    const struct command *const all = commands(&count);
    for (size_t i = 0; i < count; i++)
        (void)fprintf(out, "%s%s", i == 0 ? "" : " ", all[i].name);
}

static void print_option_names(const struct command *command, FILE *out)
{
    for (size_t i = 0; i < command->options->count; i++)
        (void)fprintf(out, "%s--%s", i == 0 ? "" : " ", command->options->rows[i].name);
}

/* Words for a shell's case statement: one line a command. */
static void print_cases(FILE *out)
{
    size_t count = 0;
    const struct command *const all = commands(&count);
    for (size_t i = 0; i < count; i++) {
        (void)fprintf(out, "    %s) words=\"", all[i].name);
        print_option_names(&all[i], out);
        (void)fputs("\" ;;\n", out);
    }
    (void)fputs("    *) words=\"", out);
    print_command_names(out);
    (void)fputs("\" ;;\n", out);
}

/* True if what stands for a value in the help is the list of its values: "table|json". */
static bool is_choice(const char *value)
{
    return value != NULL && strchr(value, '|') != NULL &&
           value[strspn(value, "abcdefghijklmnopqrstuvwxyz|")] == '\0';
}

/* The values of a list, with blanks between them. */
static void print_choice(const char *value, FILE *out)
{
    for (const char *c = value; *c != '\0'; c++)
        (void)fputc(*c == '|' ? ' ' : *c, out);
}

/* Lines of a case statement for the words behind which there is a choice, with the command before
 * them. */
static void print_choice_cases(FILE *out)
{
    size_t count = 0;
    const struct command *const all = commands(&count);
    for (size_t i = 0; i < count; i++) {
        if (is_choice(all[i].usage)) {
            (void)fprintf(out, "    %s:%s) choices=\"", all[i].name, all[i].name);
            print_choice(all[i].usage, out);
            (void)fputs("\" ;;\n", out);
        }
        for (size_t j = 0; j < all[i].options->count; j++) {
            const struct option *const option = &all[i].options->rows[j];
            if (!is_choice(option->value))
                continue;
            (void)fprintf(out, "    %s:--%s) choices=\"", all[i].name, option->name);
            print_choice(option->value, out);
            (void)fputs("\" ;;\n", out);
        }
    }
}

/* An expression is completed between quotation marks, where the shell leaves blanks and colons
 * alone. */
static void print_bash(FILE *out)
{
    (void)fputs("_dnsight() {\n"
                "    local words choices= current=${COMP_WORDS[COMP_CWORD]} command=\n"
                "    [ \"$COMP_CWORD\" -gt 1 ] && command=${COMP_WORDS[1]}\n"
                "    case $command:${COMP_WORDS[COMP_CWORD - 1]} in\n",
                out);
    print_choice_cases(out);
    (void)fputs("    esac\n"
                "    case $command in\n",
                out);
    print_cases(out);
    (void)fputs("    esac\n"
                "    if [ -n \"$choices\" ]; then\n"
                "        mapfile -t COMPREPLY < <(compgen -W \"$choices\" -- \"$current\")\n"
                "    elif [[ $current == [\\'\\\"]* ]]; then\n"
                "        mapfile -t COMPREPLY < <(dnsight completion kql \"${current:1}\")\n"
                "        compopt -o nospace 2>/dev/null\n"
                "    elif [ \"$COMP_CWORD\" -eq 1 ] || [[ $current == -* ]]; then\n"
                "        mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
                "    elif [[ $command == @(" SAVED_COMMANDS ") ]]; then\n"
                "        mapfile -t COMPREPLY < <(compgen -W \"$(dnsight completion names)\" -- "
                "\"$current\")\n"
                "    fi\n"
                "}\n"
                "complete -o default -F _dnsight dnsight\n",
                out);
}

static void print_zsh(FILE *out)
{
    (void)fputs("#compdef dnsight\n"
                "_dnsight() {\n"
                "    local words_given=$CURRENT command=$words[2] current=$words[CURRENT]\n"
                "    local before=$words[CURRENT-1] choices=\n"
                "    local words\n"
                "    (( words_given > 2 )) || command=\n"
                "    case $command:$before in\n",
                out);
    print_choice_cases(out);
    (void)fputs("    esac\n"
                "    case $command in\n",
                out);
    print_cases(out);
    (void)fputs("    esac\n"
                "    if [[ -n $choices ]]; then\n"
                "        compadd -- ${(s: :)choices}\n"
                "    elif (( words_given == 2 )) || [[ $current == -* ]]; then\n"
                "        compadd -- ${(s: :)words}\n"
                "    elif [[ $current == [\\'\\\"]* ]]; then\n"
                "        compadd -S '' -- \"${(@f)$(dnsight completion kql \"$PREFIX\")}\"\n"
                "    elif [[ $command == (" SAVED_COMMANDS ") ]]; then\n"
                "        compadd -- ${(f)\"$(dnsight completion names)\"}\n"
                "        _files\n"
                "    else\n"
                "        _files\n"
                "    fi\n"
                "}\n"
                "compdef _dnsight dnsight\n",
                out);
}

/* Text between single quotes, as fish reads it. */
static void print_quoted(const char *text, FILE *out)
{
    (void)fputc('\'', out);
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '\'' || *c == '\\')
            (void)fputc('\\', out);
        (void)fputc(*c, out);
    }
    (void)fputc('\'', out);
}

/* What may follow an option. */
static void print_fish_value(const char *value, FILE *out)
{
    if (is_choice(value)) {
        (void)fputs(" -x -a '", out);
        print_choice(value, out);
        (void)fputc('\'', out);
    } else if (value != NULL) {
        (void)fputs(" -r", out);
    }
}

static void print_fish(FILE *out)
{
    (void)fputs("complete -c dnsight -n '__fish_seen_subcommand_from query tail graph translate; "
                "and string match -qr \"^[\\'\\\"]\" -- (commandline -ct)' "
                "-a '(dnsight completion kql (commandline -ct | string trim -l -c \"\\'\\\"\"))'\n"
                "complete -c dnsight -n '__fish_seen_subcommand_from run show report' "
                "-a '(dnsight completion names)'\n",
                out);
    size_t count = 0;
    const struct command *const all = commands(&count);
    for (size_t i = 0; i < count; i++) {
        (void)fprintf(out, "complete -c dnsight -n __fish_use_subcommand -f -a %s\n", all[i].name);
        if (is_choice(all[i].usage)) {
            (void)fprintf(out, "complete -c dnsight -n '__fish_seen_subcommand_from %s' -f -a '",
                          all[i].name);
            print_choice(all[i].usage, out);
            (void)fputs("'\n", out);
        }
        for (size_t j = 0; j < all[i].options->count; j++) {
            const struct option *const option = &all[i].options->rows[j];
            (void)fprintf(out, "complete -c dnsight -n '__fish_seen_subcommand_from %s' -l %s",
                          all[i].name, option->name);
            print_fish_value(option->value, out);
            (void)fputs(" -d ", out);
            print_quoted(option->help, out);
            (void)fputc('\n', out);
        }
    }
}

/* One a line; a folder that cannot be read has none. */
static void print_saved_names(FILE *out)
{
    struct saved_names names = {.names = NULL};
    if (saved_names_list(NULL, &names, NULL) == ST_OK) {
        for (size_t i = 0; i < names.count; i++)
            (void)fprintf(out, "%s\n", names.names[i]);
    }
    saved_names_release(&names);
}

static void print_line(void *context, const char *text)
{
    (void)fprintf(context, "%s\n", text);
}

/* What the scripts ask: how an expression goes on, and the names of saved queries. */
static bool answer_script(const struct command_line *line)
{
    if (line->word_count == 2 && strcmp(line->words[0], "kql") == 0) {
        complete_expression(bytes_of(line->words[1]), print_line, line->out);
        return true;
    }
    if (line->word_count == 1 && strcmp(line->words[0], "names") == 0) {
        print_saved_names(line->out);
        return true;
    }
    return false;
}

enum exit_status completion_command(const struct command *command, const struct command_line *line)
{
    static const struct {
        const char *name;
        void (*print)(FILE *out);
    } shells[] = {{"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};
    const char *const wanted = line->word_count == 1 ? line->words[0] : "";
    for (size_t i = 0; i < ARRAY_LEN(shells); i++) {
        if (strcmp(wanted, shells[i].name) == 0) {
            shells[i].print(line->out);
            return EXIT_MATCHED;
        }
    }
    if (answer_script(line))
        return EXIT_MATCHED;
    if (strcmp(wanted, "--help") == 0 || strcmp(wanted, "-h") == 0) {
        help_print(command, line->out);
        return EXIT_MATCHED;
    }
    (void)fputs("dnsight: name one shell: dnsight completion bash|zsh|fish\n", line->err);
    return EXIT_WRONG;
}
