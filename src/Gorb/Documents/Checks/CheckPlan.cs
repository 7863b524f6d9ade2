using System.Net;
using System.Text.Json;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Model.Text;

namespace Gorb.Documents.Checks;

/// <summary>Determines the checks of a backend: its own, else those of its service, else one TCP connect for TCP services.</summary>
internal static class CheckPlan
{
    /// <summary>The reader of saved checks, which were validated when they were given. An exec check that was allowed then remains valid.</summary>
    private static readonly PulseReader Reader = new(CheckLimits.OfAccepted);

    /// <summary>The last parsed text and its checks, cached because most backends of a large table have the same.</summary>
    private static volatile Known? _last;

    public static IReadOnlyList<(ProbeTarget Target, PulseOptions Options)> Of(Service service, Backend backend) => Of(service.Spec, backend.Spec);

    /// <summary>Returns the checks of a backend; one of type none if it has none.</summary>
    public static ValueList<PulseOptions> InForce(ServiceSpec service, BackendSpec backend) =>
        [.. Of(service, backend).Select(check => check.Options).DefaultIfEmpty(new PulseOptions { Args = new NoneArgs() })];

    /// <summary>Writes the checks in force, with all members.</summary>
    public static string Write(ServiceSpec service, BackendSpec backend) => PulseWriter.Write(InForce(service, backend));

    /// <summary>Returns the checks in force as GET shows them: with all members, and with secrets masked.</summary>
    public static JsonElement Show(ServiceSpec service, BackendSpec backend) => JsonElement.Parse(SecretHeaders.Hide(Write(service, backend)));

    /// <summary>Returns the checks of a backend that probe something.</summary>
    public static IReadOnlyList<(ProbeTarget Target, PulseOptions Options)> Of(ServiceSpec service, BackendSpec backend)
    {
        var pulse = backend.Pulse ?? service.Pulse;
        if (pulse is null && service.Key is not { IsFirewallMark: false, Protocol: TransportProtocol.Tcp })
        {
            return []; // a TCP connect shows nothing about a UDP or SCTP backend, and a mark can be on packets of any protocol
        }

        List<(ProbeTarget, PulseOptions)>? checks = null; // created on first use: a start asks for ten thousand backends, which may have no checks
        foreach (var options in Options(pulse))
        {
            if (Target(service, backend, options) is { } target)
            {
                checks ??= [];
                checks.Add((target, options));
            }
        }

        return checks is null ? [] : [.. checks];
    }

    /// <summary>Parses checks as they are saved; one TCP connect for null.</summary>
    public static ValueList<PulseOptions> Options(string? text)
    {
        if (_last is { } last && last.Text == text)
        {
            return last.Options;
        }

        using var pulse = text is null ? null : JsonDocument.Parse(text);
        var options = Reader.Read(pulse?.RootElement ?? default, FieldPath.Root.Below("pulse"), new ProblemList());
        _last = new Known(text, options);
        return options;
    }

    /// <summary>Returns the target of a check; null if there is nothing to probe: type none, or a required port that neither check, backend nor service has.</summary>
    private static ProbeTarget? Target(ServiceSpec service, BackendSpec backend, PulseOptions options)
    {
        var args = options.Args;
        if (options.Via == CheckVia.Path)
        {
            return PathTarget(service, backend, options);
        }

        var port = args.Port ?? (backend.Port != 0 ? backend.Port : service.Key.Port);
        if (args is NoneArgs || (args.NeedsPort && port == 0))
        {
            return null;
        }

        var host = args.Host ?? backend.Host;
        var address = args.Host is null ? backend.Address : AddressText.TryParseScoped(args.Host, out var literal) ? literal : null;
        return new ProbeTarget(args, host, address, port, options.Timeout) { IsBackendLocal = IPAddress.IsLoopback(backend.Address) };
    }

    /// <summary>Returns the target of a check by path: the virtual address and port that clients use.</summary>
    private static ProbeTarget? PathTarget(ServiceSpec service, BackendSpec backend, PulseOptions options)
    {
        var args = options.Args;
        var port = args.Port ?? (service.Key.Port != 0 ? service.Key.Port : backend.Port);
        var address = args.Host is { } host && AddressText.TryParse(host, out var given) ? given : service.Key.Address;
        var name = args.Host ?? (service.Host.Length > 0 ? service.Host : address?.ToString() ?? backend.Host);
        return port == 0 ? null : new ProbeTarget(args, name, address, port, options.Timeout) { Path = ProbePath.Of(service.Key, backend, args.Port) };
    }

    private sealed record Known(string? Text, ValueList<PulseOptions> Options);
}
