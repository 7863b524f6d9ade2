using Gorb.Model;
using Gorb.Sources.Docker;

namespace Gorb.Cli;

/// <summary>Explains to the user why the daemon could not start.</summary>
internal static class StartFailure
{
    private const string MissingLibrary = "the file libe_sqlite3.so, by which the state is saved, is not beside the program: copy it from where gorb was built (artifacts/), or start with --state none";

    /// <summary>True when the start was canceled and nothing failed.</summary>
    public static bool IsEnd(Exception error) =>
        error is OperationCanceledException || (error is AggregateException all && all.InnerExceptions.All(IsEnd));

    /// <param name="error">The exception that ended the start.</param>
    /// <returns>A line for each reason, because parts of the daemon start in parallel. None for a defect, so that its stack trace is shown.</returns>
    public static IReadOnlyList<string> Explain(Exception error)
    {
        switch (error)
        {
            case StateException or SettingException or EngineException:
                return [error.Message];
            case IOException: // the listeners throw this
                return [$"{error.Message.TrimEnd('.')}; option -l names another address and port"];
            case AggregateException all:
                var reasons = all.InnerExceptions.Where(static one => !IsEnd(one)).Select(one => Explain(one)).ToList();
                return reasons.TrueForAll(static reason => reason.Count > 0) ? [.. reasons.SelectMany(static reason => reason)] : [];
            default:
                return error.GetBaseException() is DllNotFoundException ? [MissingLibrary] : [];
        }
    }
}
