namespace Gorb.Cli;

/// <summary>The exit statuses of verbs. Scripts rely on them.</summary>
internal static class ExitStatus
{
    public const int Done = 0;

    /// <summary>Something differs, or what the verb waits for was not reached.</summary>
    public const int Differs = 1;

    /// <summary>The command line, or a file that it names, is wrong. Nothing was sent.</summary>
    public const int Usage = 2;

    /// <summary>The daemon does not answer, is not trusted, or is another program.</summary>
    public const int Unreachable = 3;

    /// <summary>The daemon refuses the request.</summary>
    public const int Refused = 4;

    /// <summary>The doctor finds errors.</summary>
    public const int Errors = 5;

    /// <summary>What <c>gorb --help</c> says about them.</summary>
    public const string Help = "Exit status of verbs: 0 done; 1 something differs or was not reached; 2 wrong options, or a file that cannot be read; 3 the daemon cannot be reached; 4 the daemon refuses.";
}
