using Gorb.Ipvs;
using Gorb.Ipvs.Netlink;
using Gorb.Model;

namespace Gorb.Targets.Ipvs;

/// <summary>Converts the library's errors to errors for users of the API.</summary>
internal static class KernelErrors
{
    public static Exception Translate(Exception error) => error switch
    {
        IpvsUnavailableException or NetlinkException => RequestException.Unavailable(error),
        IpvsException refused => Refuse(refused),
        _ => error,
    };

    /// <summary>Returns the failures among the results.</summary>
    /// <param name="results">The kernel's answers.</param>
    /// <param name="wanted">The table that the changes lead to. It names the refused objects.</param>
    public static IReadOnlyList<ChangeFailure> FindFailures(IReadOnlyList<ChangeResult> results, Table wanted)
    {
        List<ChangeFailure>? failures = null;
        ObjectFields? fields = null;
        for (var i = 0; i < results.Count; i++)
        {
            if (results[i].Error is { } error)
            {
                var kind = error.IsNotFound ? FailureKind.Missing : error.IsConflict ? FailureKind.Exists : FailureKind.Refused;
                (failures ??= []).Add(new ChangeFailure(i, kind, error.Message, Refuse(error), (fields ??= new ObjectFields(wanted)).Of(results[i].Change)));
            }
        }

        return failures ?? [];
    }

    private static RequestException Refuse(IpvsException error) =>
        error is IpvsUnavailableException ? RequestException.Unavailable(error)
        : RequestException.Kernel(error, error.Cause is { } cause ? $"{cause} [{error.Target}: {error.Errno}]" : error.Message);
}
