using Gorb.Ipvs;
using Gorb.Ipvs.Netlink;
using Gorb.Model;

namespace Gorb.Targets.Ipvs;

/// <summary>Turns the library's errors into the ones a user of the API sees.</summary>
internal static class KernelErrors
{
    public static Exception Translate(Exception error) => error switch
    {
        IpvsUnavailableException or NetlinkException => RequestException.Unavailable(error),
        IpvsException refused => Refuse(refused),
        _ => error,
    };

    /// <summary>The results that are failures.</summary>
    /// <param name="results">The kernel's answers.</param>
    /// <param name="wanted">The table that the changes lead to: it names what is refused.</param>
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
