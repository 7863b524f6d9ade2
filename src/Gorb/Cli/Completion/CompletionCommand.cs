using System.CommandLine;

namespace Gorb.Cli.Completion;

/// <summary><c>gorb completion bash|zsh|fish</c>: prints the script by which a shell completes verbs, options and live names.</summary>
internal static class CompletionCommand
{
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            # Completes gorb in bash: source <(gorb completion bash)
            _gorb() {
                mapfile -t COMPREPLY < <(gorb complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
                if [ ${#COMPREPLY[@]} -eq 1 ] && [[ ${COMPREPLY[0]} == */ ]]; then compopt -o nospace; fi
            }
            complete -o default -F _gorb gorb

            """,
        ["zsh"] = """
            #compdef gorb
            # Completes gorb in zsh: source <(gorb completion zsh)
            _gorb() {
                local -a found
                found=("${(@f)$(gorb complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
                if [[ ${#found} -eq 1 && -z ${found[1]} ]]; then _files; return; fi
                compadd -S '' -- ${(M)found:#*/}
                compadd -- ${found:#*/}
            }
            compdef _gorb gorb

            """,
        ["fish"] = """
            # Completes gorb in fish: gorb completion fish | source
            function __gorb_complete
                set -l before (commandline -opc)
                set -l last (commandline -ct)
                gorb complete -- $before[2..] "$last" 2>/dev/null
            end
            complete -c gorb -a '(__gorb_complete)'

            """,
    };

    public static Command Create()
    {
        var shell = new Argument<string>(string.Join('|', Scripts.Keys)) { Description = "The shell." };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new Command("completion", "Prints a script that completes verbs, options and the names of services and backends: source <(gorb completion bash)") { shell };
        command.SetAction((result, _) => DaemonCall.PrintAsync(Scripts[result.GetValue(shell)!]));
        return command;
    }
}
