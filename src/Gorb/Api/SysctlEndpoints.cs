using System.ComponentModel;
using Gorb.Access;
using Gorb.Model;
using Gorb.Targets.Host;
using Gorb.Writer;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gorb.Api;

/// <summary>/sysctl: the kernel settings that the table needs.</summary>
internal static class SysctlEndpoints
{
    private const string Path = "/sysctl";

    public static void MapSysctls(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, Get).Needs(Role.Read).WithTags("kernel").WithName("getSysctl")
            .WithSummary("The kernel settings that the services need, with their values and what each is for.")
            .WithDescription("Also settings that Gorb has set and that nothing needs any more. Option --sysctl says whether Gorb sets them.")
            .Produces<SysctlView>().Refuses(400);
        routes.MapDelete(Path, DeleteAsync).Needs(Role.Admin).WithTags("kernel").WithName("restoreSysctl")
            .WithSummary("Gives the settings that Gorb has set, or one of them, the values that they had before.")
            .WithDescription("Gorb then leaves them alone until it is started again; start it with --sysctl check to keep it so.")
            .Takes("name").Produces<SysctlView>().Refuses(400, 404, 500, 503, 507);
    }

    private static JsonHttpResult<SysctlView> Get(Sysctls sysctls) => Show(sysctls);

    private static async Task<JsonHttpResult<SysctlView>> DeleteAsync(
        HttpRequest request, Sysctls sysctls, SysctlRestorer restorer, TableWriter tableWriter, IAuditTrail audit, CancellationToken cancellationToken,
        [Description("The setting, as in net.ipv4.ip_forward. Default: all that Gorb has set.")] string? name = null)
    {
        if (name is not null && sysctls.Ledger.Find(name) is null)
        {
            throw new RequestException(Refusal.NotFound, GorbTexts.NotFound, [new Problem("name", name, "is not a setting that Gorb has set; GET /sysctl lists them")]);
        }

        await AuditedAction.RunAsync(request, audit, () => restorer.RestoreAsync(name).WaitAsync(cancellationToken));
        tableWriter.RequestResync(); // entries of backends that are down may depend on the setting
        return Show(sysctls);
    }

    private static JsonHttpResult<SysctlView> Show(Sysctls sysctls) => TypedResults.Json(
        new SysctlView(sysctls.Mode.ToString().ToLowerInvariant(), [.. sysctls.GetStates().Select(Of)]), ApiJson.Default.SysctlView);

    private static SysctlSettingView Of(SysctlState state) => new(
        state.Setting,
        state.Status.ToString().ToLowerInvariant(),
        state.Need?.Value,
        state.Seen,
        state.Previous,
        state.Need?.Rule.Reason,
        state.Need?.Rule.Loss,
        state.Need is not null && state.Status is SysctlStatus.Missing or SysctlStatus.Restored ? state.Need.Command : null,
        state.Obstacle);
}

/// <summary>The kernel settings.</summary>
/// <param name="Mode">apply, check or off, as option --sysctl says; default without it.</param>
/// <param name="Settings">The settings that the services need, and those that Gorb has set.</param>
internal sealed record SysctlView(string Mode, IReadOnlyList<SysctlSettingView> Settings);

/// <summary>A kernel setting.</summary>
/// <param name="Name">The setting, as sysctl(8) writes it.</param>
/// <param name="Status">
/// set: as the services need it; missing: it is not; restored: its previous value was restored on request; unneeded: Gorb set it and nothing needs it any more;
/// absent: the kernel does not have it, for instance because its module is not loaded.
/// </param>
/// <param name="Wanted">The value that the services need; absent when nothing needs it any more.</param>
/// <param name="Seen">The value in force. It can differ from wanted although the setting is set, where another setting has the same effect.</param>
/// <param name="Previous">The value before Gorb set it; absent when Gorb has not set it.</param>
/// <param name="Why">What it achieves.</param>
/// <param name="Loss">What happens without it.</param>
/// <param name="Command">The command that sets it; absent unless it is missing or restored.</param>
/// <param name="Obstacle">Why Gorb cannot set it; absent when it can, or is not asked to.</param>
internal sealed record SysctlSettingView(
    string Name, string Status, string? Wanted, string? Seen, string? Previous, string? Why, string? Loss, string? Command, string? Obstacle);
