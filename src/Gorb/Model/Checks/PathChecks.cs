using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Gorb.Ipvs;

namespace Gorb.Model.Checks;

/// <summary>Finds the checks by path (<c>"via": "path"</c>) in the wanted table. Pure.</summary>
internal static class PathChecks
{
    /// <summary>The last parsed text and its checks, cached because most backends of a large table have the same.</summary>
    private static volatile Known? _last;

    /// <summary>True if a backend of the service is checked by path. Allocates nothing: a start asks this for every service.</summary>
    public static bool Uses(Service service)
    {
        var isDefault = Read(service.Spec.Pulse).Length > 0;
        foreach (var backend in service.Backends.Values)
        {
            if (backend.Spec.Pulse is { } own ? Read(own).Length > 0 : isDefault)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Returns the paths on which the backends of a service are checked, each once.</summary>
    public static IEnumerable<ProbePath> Of(Service service)
    {
        foreach (var backend in service.Backends.Values)
        {
            foreach (var path in Of(service.Spec, backend.Spec))
            {
                yield return path;
            }
        }
    }

    /// <summary>Returns the paths on which a backend is checked, each once: usually none or one.</summary>
    public static IEnumerable<ProbePath> Of(ServiceSpec service, BackendSpec backend) =>
        Read(backend.Pulse ?? service.Pulse) is { Length: > 0 } checks ? checks.Select(check => ProbePath.Of(service.Key, backend, check.Port)).Distinct() : [];

    /// <summary>
    /// True if the table has a check whose replies reach this host from one of its own IPv4 addresses: the kernel takes them only with accept_local=1, and with
    /// rp_filter 0 or 2, on the device where they arrive.
    /// </summary>
    public static bool NeedsAcceptLocal(Table table) => table.Services.Values.Where(Uses).Any(static service => Of(service).Any(NeedsAcceptLocal));

    /// <inheritdoc cref="NeedsAcceptLocal(Table)"/>
    public static bool NeedsAcceptLocal(ProbePath path) =>
        path.Service.Family == AddressFamily.InterNetwork && path.Destination.Forwarding is ForwardingMethod.DirectRoute or ForwardingMethod.Tunnel;

    /// <summary>True if a check by path does not say which address to ask. Only a service by firewall mark needs that.</summary>
    /// <param name="pulse">The check or list as saved; null for none.</param>
    public static bool LacksHost(string? pulse) => Array.Exists(Read(pulse), static check => !check.HasHost);

    private static PathCheck[] Read(string? pulse)
    {
        if (pulse is null)
        {
            return [];
        }

        if (_last is { } last && last.Text == pulse)
        {
            return last.Checks;
        }

        var checks = MayHavePath(pulse) ? Parse(pulse) : [];
        _last = new Known(pulse, checks);
        return checks;
    }

    /// <summary>False for most texts, which need no parsing then.</summary>
    private static bool MayHavePath(string pulse) => pulse.Contains("\"via\"", StringComparison.Ordinal) || pulse.Contains("\\u", StringComparison.Ordinal);

    private static PathCheck[] Parse(string pulse)
    {
        using var document = JsonDocument.Parse(pulse);
        var root = document.RootElement;
        return root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray().Select(Read).OfType<PathCheck>()]
            : Read(root) is { } check ? [check]
            : [];
    }

    private static PathCheck? Read(JsonElement check)
    {
        if (check.ValueKind != JsonValueKind.Object || !check.TryGetProperty("via", out var via) || via.ValueKind != JsonValueKind.String || !via.ValueEquals("path"))
        {
            return null;
        }

        var args = check.TryGetProperty("args", out var given) && given.ValueKind == JsonValueKind.Object ? given : default;
        return new PathCheck(Port(args), Member(args, "host") is { ValueKind: JsonValueKind.String } host && !host.ValueEquals(""));
    }

    /// <summary>A port may be given as a number or as a text.</summary>
    private static int? Port(JsonElement args) => Member(args, "port") switch
    {
        { ValueKind: JsonValueKind.Number } port when port.TryGetInt32(out var number) => number,
        { ValueKind: JsonValueKind.String } port when int.TryParse(port.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    private static JsonElement? Member(JsonElement args, string name) =>
        args.ValueKind == JsonValueKind.Object && args.TryGetProperty(name, out var member) ? member : null;

    private sealed record Known(string Text, PathCheck[] Checks);

    private readonly record struct PathCheck(int? Port, bool HasHost);
}
