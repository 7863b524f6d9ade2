using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Gorb.Certificates;
using Gorb.Model;
using Gorb.Platform;

namespace Gorb.Cli;

/// <summary><c>gorb cert</c>: makes an authority, and certificates of daemons and clients, for those who have none.</summary>
internal static class CertCommand
{
    private const string Port = "4673";
    private const int MaxDays = 3650;

    public static Command Create() => new("cert", "Makes certificates for https, and for clients in place of tokens, for those who have no authority of their own.")
    {
        CreateServer(), CreateClient(),
    };

    private static Command CreateServer()
    {
        var names = new Argument<string[]>("NAME") { Description = "The names and addresses by which clients reach the daemon, such as lb1.example 10.9.0.1.", Arity = ArgumentArity.OneOrMore };
        names.Validators.Add(result => Check(result, IsHost, "is neither a host name nor an address; write lb1.example, *.example or 10.9.0.1"));
        var arguments = new CertArguments();
        var command = new Command("server", "Makes the daemon's certificate (server.crt, server.key), and the authority (ca.crt, ca.key) where there is none.") { names };
        arguments.AddTo(command);
        command.SetAction((result, _) => RunAsync(arguments.Read(result), request => MakeServerAsync(request, result.GetValue(names)!)));
        return command;
    }

    private static Command CreateClient()
    {
        var name = new Argument<string>("NAME") { Description = "The client's name, which is the actor of its changes (cert/NAME) and names its files (client-NAME.crt, client-NAME.key)." };
        name.Validators.Add(result => Check(result, IsFileName, $"is not a name of 1 to {CertificateRole.MaxNameLength} letters, digits, '.', '_', '-' and '@' that begins with a letter or digit"));
        var role = new Option<string>("--role") { Description = "What the client may do.", HelpName = "read|operate|write|admin", DefaultValueFactory = static _ => RoleNames.Of(CertificateRole.Default) };
        role.AcceptOnlyFromAmong([.. RoleNames.OfTokens.Select(RoleNames.Of)]);
        var scope = new ScopeArguments();
        var arguments = new CertArguments();
        var command = new Command("client", "Makes a client's certificate, of the authority that \"gorb cert server\" has made.") { name, role };
        scope.AddTo(command);
        arguments.AddTo(command);
        command.SetAction((result, _) => RunAsync(
            arguments.Read(result), request => MakeClientAsync(request, result.GetValue(name)!, RoleNames.Parse(result.GetValue(role)!)!.Value, scope.ReadLimits(result))));
        return command;
    }

    private static async Task<int> RunAsync(CertRequest request, Func<CertRequest, Task> make)
    {
        try
        {
            await make(request);
            return 0;
        }
        catch (SettingException error)
        {
            return await DaemonCall.FailAsync(error.Message);
        }
    }

    private static async Task MakeServerAsync(CertRequest request, string[] names)
    {
        var folder = request.Folder;
        folder.CheckIsFree(CertificateFolder.Server, request.Force);
        var isNew = !folder.HasAuthority;
        using var authority = isNew ? PrivateAuthority.Create(Environment.MachineName, request.Now) : folder.ReadAuthority(request.Now);
        using var certificate = authority.IssueServer(names, request.Validity, request.Now);
        if (isNew)
        {
            folder.Write(CertificateFolder.Authority, authority.Certificate);
            await Terminal.WriteLineAsync(
                $"{folder.Certificate(CertificateFolder.Authority)}: the authority, which clients need; keep its key {folder.Key(CertificateFolder.Authority)} secret: it makes certificates of any role");
        }

        folder.Write(CertificateFolder.Server, certificate, request.Force);
        var (ca, crt, key) = (folder.Certificate(CertificateFolder.Authority), folder.Certificate(CertificateFolder.Server), folder.Key(CertificateFolder.Server));
        await PrintAsync(crt, $"the daemon's certificate, for {string.Join(", ", names)}", certificate);
        if (SystemNames.GroupId("gorb") is not null)
        {
            await Terminal.WriteLineAsync($"Where the daemon runs as the user gorb: chown gorb {key}");
        }

        await Terminal.WriteLineAsync("Next:");
        await Terminal.WriteLineAsync($"  gorb -l {ListenAddress.ExampleSocket} -l {TlsEndPoint.Prefix}:{Port} --tls-cert {crt} --tls-key {key} --tls-client-ca {ca} ...");
        await Terminal.WriteLineAsync("  gorb cert client NAME --role operate");
        await Terminal.WriteLineAsync($"  curl --cacert {ca} -H \"Authorization: Bearer TOKEN\" {TlsEndPoint.Prefix}{Host(names[0])}:{Port}/service");
    }

    private static async Task MakeClientAsync(CertRequest request, string name, Role role, IReadOnlyList<(string Name, string Value)> limits)
    {
        var folder = request.Folder;
        var files = CertificateFolder.Client(name);
        if (!folder.HasAuthority)
        {
            throw new SettingException($"there is no authority {folder.Certificate(CertificateFolder.Authority)}: \"gorb cert server NAME ADDRESS\" makes it, and --dir names another folder");
        }

        folder.CheckIsFree(files, request.Force);
        using var authority = folder.ReadAuthority(request.Now);
        using var certificate = authority.IssueClient(name, role, limits, request.Validity, request.Now);
        folder.Write(files, certificate, request.Force);
        var (ca, crt, key) = (folder.Certificate(CertificateFolder.Authority), folder.Certificate(files), folder.Key(files));
        await PrintAsync(crt, $"the certificate of {name} with the role {RoleNames.Of(role)}{(limits.Count == 0 ? "" : $", limited to {string.Join(", ", limits.Select(static limit => $"{limit.Name} {limit.Value}"))}")}", certificate);
        await Terminal.WriteLineAsync($"Next: give {name} the files {crt}, {key} and {ca}");
        await Terminal.WriteLineAsync($"  curl --cacert {ca} --cert {crt} --key {key} {TlsEndPoint.Prefix}HOST:{Port}/service");
        await Terminal.WriteLineAsync($"  gorb get --server {TlsEndPoint.Prefix}HOST:{Port} --ca {ca} --cert {crt} --key {key}");
    }

    private static Task PrintAsync(string file, string what, X509Certificate2 certificate) =>
        Terminal.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{file}: {what}, valid until {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}"));

    private static void Check(ArgumentResult result, Func<string, bool> isRight, string problem)
    {
        foreach (var token in result.Tokens.Where(token => !isRight(token.Value)))
        {
            result.AddError($"'{token.Value}' {problem}.");
        }
    }

    /// <summary>True for a host name, with a wildcard in place of its first label or not, and for an address.</summary>
    private static bool IsHost(string name) => IPAddress.TryParse(name, out _)
        ? Uri.CheckHostName(name) is UriHostNameType.IPv4 or UriHostNameType.IPv6 && !name.Contains('%')
        : Uri.CheckHostName(name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name) == UriHostNameType.Dns && name.All(char.IsAscii);

    private static bool IsFileName(string name) =>
        name.Length is > 0 and <= CertificateRole.MaxNameLength && char.IsAsciiLetterOrDigit(name[0]) && name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' or '@');

    private static string Host(string name) => name.Contains(':') ? $"[{name}]" : name;

    /// <summary>What both verbs need.</summary>
    private sealed record CertRequest(CertificateFolder Folder, TimeSpan Validity, bool Force, DateTimeOffset Now);

    /// <summary>The options of both verbs.</summary>
    private sealed class CertArguments
    {
        private readonly Option<string> _folder = new("--dir") { Description = "The folder of the authority and its certificates.", HelpName = "FOLDER", DefaultValueFactory = static _ => "/etc/gorb/tls" };
        private readonly Option<int> _days = new("--days") { Description = $"How many days the certificate is valid, from 1 to {MaxDays}; it never outlives its authority.", HelpName = "DAYS", DefaultValueFactory = static _ => 365 };
        private readonly Option<bool> _force = new("--force") { Description = "Replace the certificate and the key if they are there already; the authority is never replaced." };

        public CertArguments() => _days.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (!int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var days) || days is < 1 or > MaxDays))
            {
                result.AddError($"--days '{token.Value}' is not a number from 1 to {MaxDays}.");
            }
        });

        public void AddTo(Command command)
        {
            command.Options.Add(_folder);
            command.Options.Add(_days);
            command.Options.Add(_force);
        }

        public CertRequest Read(ParseResult result) =>
            new(new CertificateFolder(result.GetValue(_folder)!), TimeSpan.FromDays(result.GetValue(_days)), result.GetValue(_force), TimeProvider.System.GetUtcNow());
    }
}
