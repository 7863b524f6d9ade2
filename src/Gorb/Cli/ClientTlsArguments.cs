using System.CommandLine;
using Gorb.Certificates;
using Gorb.Cli.Contexts;
using Gorb.Client;
using Gorb.Model;

namespace Gorb.Cli;

/// <summary>The options of verbs and of the Docker link for daemons at https.</summary>
internal sealed class ClientTlsArguments
{
    /// <summary>The environment variables that are the defaults.</summary>
    public const string AuthoritiesVariable = "GORB_CA", CertificateVariable = "GORB_CERT", KeyVariable = "GORB_KEY";

    public Option<string?> Authorities { get; } = File("--ca", "PEM file with the authority of the certificate of a daemon at https, in place of those that this host trusts.", AuthoritiesVariable);

    public Option<string?> Certificate { get; } = File("--cert", "PEM file with the client certificate to show a daemon at https.", CertificateVariable);

    public Option<string?> Key { get; } = File("--key", "PEM file with the private key of --cert, which other users may not read.", KeyVariable);

    public IReadOnlyList<Option<string?>> All => [Authorities, Certificate, Key];

    /// <summary>Reads the options.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="context">The context whose files stand in for options that are not given; null for those of the environment alone.</param>
    public ClientFiles Read(ParseResult result, Context? context = null) => new(
        result.GetValue(Authorities) ?? context?.Ca ?? Default(AuthoritiesVariable),
        result.GetValue(Certificate) ?? context?.Cert ?? Default(CertificateVariable),
        result.GetValue(Key) ?? context?.Key ?? Default(KeyVariable),
        All.FirstOrDefault(option => result.GetValue(option) is not null)?.Name);

    private static string? Default(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } path ? path : null;

    private static Option<string?> File(string name, string description, string variable) =>
        new(name) { Description = $"{description} The environment's {variable} is the default.", HelpName = "FILE" };
}

/// <summary>The PEM files of a client of https.</summary>
/// <param name="Authorities">The authorities of the daemon's certificate; null for those of this host.</param>
/// <param name="Certificate">The client's certificate; null for none.</param>
/// <param name="Key">Its private key; null when it is in the same file.</param>
/// <param name="Given">An option of the command line that named one of them; null when none did.</param>
internal sealed record ClientFiles(string? Authorities, string? Certificate, string? Key, string? Given)
{
    /// <summary>Reads the files for daemons at URLs.</summary>
    /// <returns>Null when none of the URLs is https.</returns>
    /// <exception cref="SettingException">A file cannot be used, or an option is of no use for the URLs.</exception>
    public ClientTls? Read(params IReadOnlyList<Uri> urls)
    {
        if (!urls.Any(static url => url.Scheme == Uri.UriSchemeHttps))
        {
            return Given is null ? null : throw new SettingException($"{Given} is for a daemon at https, and {urls[0]} is not one; write --server https://HOST:4673");
        }

        if (Certificate is null && Key is not null)
        {
            throw new SettingException("--key needs --cert FILE with the certificate of the key");
        }

        return new ClientTls
        {
            Authorities = Authorities is null ? null : PemFile.ReadCertificates(Authorities),
            Certificate = Certificate is null ? null : CertificatePair.Read(Certificate, Key ?? Certificate),
        };
    }
}
