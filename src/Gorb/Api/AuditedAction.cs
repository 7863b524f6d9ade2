using Gorb.Access;
using Gorb.Model;

namespace Gorb.Api;

/// <summary>Runs what a client asks for beside the wanted table, such as an announcement, and records it in the audit.</summary>
internal static class AuditedAction
{
    /// <exception cref="RequestException">The action was refused, or cannot be recorded.</exception>
    public static async Task RunAsync(HttpRequest request, IAuditTrail audit, Func<Task> act)
    {
        try
        {
            audit.Prepare();
        }
        catch (StateException error)
        {
            throw RequestException.Unsaved(error);
        }

        await act();
        try
        {
            await audit.RecordAsync(request.Origin());
        }
        catch (StateException error)
        {
            throw RequestException.Unrecorded(error);
        }
    }
}
