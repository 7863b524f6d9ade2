using System.Text.Json;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Model.Text;

namespace Gorb.Documents.Checks;

/// <summary>Which checks a backend has: its own, else its service's, else one TCP connect where that is how clients reach it.</summary>
internal static class CheckPlan
{
    /// <summary>Reads what was judged when it was given: a check that was allowed then is one now.</summary>
    private static readonly PulseReader Reader = new(allowExec: true);

    /// <summary>What was read last: thousands of backends mostly have the same checks.</summary>
    private static volatile Known? _last;

    public static IEnumerable<(ProbeTarget Target, PulseOptions Options)> Of(Service service, Backend backend) => Of(service.Spec, backend.Spec);

    /// <summary>The checks of a backend; one of type none where there is none.</summary>
    public static ValueList<PulseOptions> InForce(ServiceSpec service, BackendSpec backend) =>
        [.. Of(service, backend).Select(check => check.Options).DefaultIfEmpty(new PulseOptions { Args = new NoneArgs() })];

    /// <summary>The checks in force, with all of their members.</summary>
    public static string Write(ServiceSpec service, BackendSpec backend) => PulseWriter.Write(InForce(service, backend));

    /// <summary>The checks in force as GET shows them: with all of their members, and with secrets hidden.</summary>
    public static JsonElement Show(ServiceSpec service, BackendSpec backend) => JsonElement.Parse(SecretHeaders.Hide(Write(service, backend)));

    private static IEnumerable<(ProbeTarget Target, PulseOptions Options)> Of(ServiceSpec service, BackendSpec backend)
    {
        var pulse = backend.Pulse ?? service.Pulse;
        if (pulse is null && service.Key is { IsFirewallMark: false, Protocol: not TransportProtocol.Tcp })
        {
            yield break; // whether a server of another protocol takes connections says nothing about it
        }

        foreach (var options in Options(pulse))
        {
            if (Target(service, backend, options) is { } target)
            {
                yield return (target, options);
            }
        }
    }

    private static ValueList<PulseOptions> Options(string? text)
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

    /// <summary>Null for what cannot be checked: type none, or a service by mark whose backend has no port and whose check names none.</summary>
    private static ProbeTarget? Target(ServiceSpec service, BackendSpec backend, PulseOptions options)
    {
        var args = options.Args;
        var port = args.Port ?? (backend.Port != 0 ? backend.Port : service.Key.Port);
        if (args is NoneArgs || (args.NeedsPort && port == 0))
        {
            return null;
        }

        var host = args.Host ?? backend.Host;
        var address = args.Host is null ? backend.Address : AddressText.TryParseScoped(args.Host, out var literal) ? literal : null;
        return new ProbeTarget(args, host, address, port, options.Timeout);
    }

    private sealed record Known(string? Text, ValueList<PulseOptions> Options);
}
