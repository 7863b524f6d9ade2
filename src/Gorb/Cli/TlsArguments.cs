using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Gorb.Certificates;
using Gorb.Platform;

namespace Gorb.Cli;

/// <summary>The daemon's options for https listeners.</summary>
internal sealed class TlsArguments
{
    /// <summary>The environment variables that are the defaults.</summary>
    public const string CertificateVariable = "GORB_TLS_CERT", KeyVariable = "GORB_TLS_KEY", ClientAuthoritiesVariable = "GORB_TLS_CLIENT_CA";

    public Option<string?> Certificate { get; } = File("--tls-cert", CertificateVariable, "PEM file with the certificate of the https listeners, followed by those between it and its root; read again when it changes and at SIGHUP.");

    public Option<string?> Key { get; } = File("--tls-key", KeyVariable, "PEM file with the private key of --tls-cert, which other users may not read.");

    public Option<string?> ClientAuthorities { get; } = File("--tls-client-ca", ClientAuthoritiesVariable,
        "PEM file with the authorities of client certificates. A client of an https listener can show one instead of a token; its organizational unit gives the role (OU=gorb:operate), read without one.");

    public IReadOnlyList<Option<string?>> All => [Certificate, Key, ClientAuthorities];

    /// <summary>Reports options that do not fit the listeners.</summary>
    public void Check(CommandResult result, IEnumerable<EndPoint>? listen)
    {
        var hasListener = listen?.Any(static endpoint => endpoint is TlsEndPoint) == true;
        var hasPair = Value(result, Certificate) is not null && Value(result, Key) is not null;
        if (hasListener && !hasPair)
        {
            result.AddError($"-l {TlsEndPoint.Prefix}... needs --tls-cert FILE and --tls-key FILE; \"gorb cert server NAME ADDRESS\" makes them.");
        }
        else if (!hasListener && All.Select(option => Value(result, option) is null ? null : option.Name).FirstOrDefault(static name => name is not null) is { } useless)
        {
            result.AddError($"{useless} is given, and no listener uses it: add -l {TlsEndPoint.Prefix}:4673.");
        }
    }

    /// <summary>The files; null without an https listener.</summary>
    public TlsFiles? Read(ParseResult result) =>
        result.GetValue(Certificate) is { } certificate && result.GetValue(Key) is { } key ? new TlsFiles(certificate, key, result.GetValue(ClientAuthorities)) : null;

    /// <summary>The value of an option. Defaults are not in the result yet while it is checked.</summary>
    private static string? Value(CommandResult result, Option<string?> option) => result.GetResult(option) is null ? (string?)option.GetDefaultValue() : result.GetValue(option);

    private static Option<string?> File(string name, string variable, string description) => new(name)
    {
        Description = $"{description} The environment's {variable} is the default.",
        HelpName = "FILE",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } path ? path : null,
    };
}
