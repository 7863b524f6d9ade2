namespace Gorb.KernelTests.Lab;

/// <summary>A line of a shell with verbs of the program under test.</summary>
internal static class VerbLine
{
    /// <summary>The command that runs a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="gorb">The daemon that its verbs ask.</param>
    /// <param name="folder">The folder in which it runs, and which has its contexts.</param>
    /// <param name="director">The name of a director, for verbs that need one.</param>
    public static string[] Command(string line, GorbProcess gorb, string folder, string director) =>
    [
        "env", $"PATH={Path.GetDirectoryName(Repository.Gorb)}:{Environment.GetEnvironmentVariable("PATH")}", $"GORB_ADDR={gorb.Http.BaseAddress!.ToString().TrimEnd('/')}",
        $"XDG_CONFIG_HOME={folder}", $"DIRECTOR={director}", "sh", "-c", $"cd {folder}; {line}",
    ];
}
