using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Gorb.Tests.State;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.Access;

/// <summary>A test of a daemon that asks for a token on loopback, too, with one service and one backend.</summary>
public abstract class TokenTest : DaemonTest
{
    private protected const string Service = """{"host": "10.9.0.100", "port": 80}""";
    private protected const string Backend = """{"host": "10.9.0.21", "port": 80}""";

    private protected const string Admin = "an-admin-token-of-44-characters-for-the-test";

    private protected readonly ManualTime _time = new(DateTimeOffset.UtcNow);

    private readonly TemporaryFile _secret = new();

    private protected string SecretPath => _secret.Path;

    private protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    private protected override TestDaemon NewDaemon(FakeKernel kernel)
    {
        WriteSecret(Admin);
        return new TestDaemon
        {
            Kernel = kernel,
            State = _file.Path,
            TokenFile = SecretPath,
            IsTokenRequired = true,
            AllowExec = true,
            Configure = services => services.AddSingleton<TimeProvider>(_time),
        };
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _secret.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected override async Task PrepareAsync()
    {
        await DoneAsync(Admin, HttpMethod.Put, "/service/web", Service);
        await DoneAsync(Admin, HttpMethod.Put, "/service/web/b1", Backend);
    }

    /// <summary>Writes the file of the admin's token with mode 0600.</summary>
    private protected void WriteSecret(string secret)
    {
        _secret.Write(Encoding.UTF8.GetBytes(secret + "\n"));
        File.SetUnixFileMode(SecretPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>Creates a token by the API and returns its secret.</summary>
    private protected async Task<string> CreateAsync(string name, string role, string more = "")
    {
        using var answer = await SendAsync(Admin, HttpMethod.Post, "/tokens", $$"""{"name": "{{name}}", "role": "{{role}}"{{more}}}""");
        answer.StatusCode.Should().Be(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Stop));
        return (await TestDaemon.JsonAsync(answer)).GetProperty("token").GetString()!;
    }

    private protected Task<HttpResponseMessage> SendAsync(string? token, HttpMethod method, string path, string? body = null)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : new StringContent(body) };
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return _daemon.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
    }

    private protected async Task<HttpStatusCode> StatusAsync(string? token, HttpMethod method, string path, string? body = null)
    {
        using var answer = await SendAsync(token, method, path, body);
        return answer.StatusCode;
    }

    private protected async Task DoneAsync(string? token, HttpMethod method, string path, string? body = null)
    {
        using var answer = await SendAsync(token, method, path, body);
        answer.StatusCode.Should().Be(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Stop));
    }

    /// <summary>Sends a request that must be refused with a status, and returns the problem.</summary>
    private protected async Task<string> RefusalAsync(HttpStatusCode status, string? token, HttpMethod method, string path, string? body = null)
    {
        using var answer = await SendAsync(token, method, path, body);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        answer.StatusCode.Should().Be(status, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("details")[0].GetProperty("problem").GetString()!;
    }
}
