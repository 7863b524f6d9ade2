using System.Net;
using System.Text.Json;
using Gorb.Tests.Access;
using Gorb.Tests.Shared;
using Gorb.Writer;

namespace Gorb.Tests.Api;

/// <summary>Header values that are secret whatever the header's name, or come from the daemon's host; and who may read and set them.</summary>
public sealed class SecretFormTests : TokenTest
{
    private const string Checked = """{"host": "10.9.0.21", "port": 80, "pulse": {"type": "http", "args": {"headers": {"X-Plain": VALUE, "Authorization": "Bearer s3cr3t"}}}}""";

    private bool _allowsPrograms = true;

    private protected override TestDaemon NewDaemon(FakeKernel kernel)
    {
        WriteSecret(Admin);
        return new TestDaemon { Kernel = kernel, State = _file.Path, TokenFile = SecretPath, IsTokenRequired = true, AllowExec = _allowsPrograms };
    }

    [Fact]
    public async Task SecretForm_IsNeverShown_AndKeptByTheMask()
    {
        await PutAsync(Admin, """{"secret": "hush"}""");

        var shown = await TextAsync(Admin, "/service/web/b1");
        shown.Should().NotContain("hush").And.NotContain("s3cr3t").And.Contain("***");
        var before = Pulse();
        await DoneAsync(Admin, HttpMethod.Put, "/service/web/b1", JsonDocument.Parse(shown).RootElement.GetProperty("options").GetRawText());
        await DoneAsync(Admin, HttpMethod.Put, "/config", await TextAsync(Admin, "/config"));

        Pulse().Should().Be(before).And.Contain("hush").And.Contain("s3cr3t");
    }

    [Fact]
    public async Task SecretsTrue_ShowsThem_ToAdminsOnly()
    {
        await PutAsync(Admin, """{"secret": "hush"}""");

        (await TextAsync(Admin, "/config?secrets=true")).Should().Contain("hush").And.Contain("s3cr3t").And.NotContain("***");
        (await TextAsync(Admin, "/config?secrets=true&source=api")).Should().Contain("hush");
        (await RefusalAsync(HttpStatusCode.Forbidden, await CreateAsync("changer", "write"), HttpMethod.Get, "/config?secrets=true")).Should().Contain("needs the role admin");
    }

    [Theory]
    [InlineData("""{"file": "/etc/gorb/probe-token"}""")]
    [InlineData("""{"env": "PROBE_TOKEN"}""")]
    public async Task Reference_IsShown_AndNeedsAnAdmin(string value)
    {
        var writer = await CreateAsync("changer", "write");

        (await RefusalAsync(HttpStatusCode.Forbidden, writer, HttpMethod.Put, "/service/web/b1", Body(value))).Should().StartWith("a header from a file or variable of this host needs the role admin");
        await PutAsync(Admin, value);

        using var shown = JsonDocument.Parse(await TextAsync(writer, "/service/web/b1"));
        shown.RootElement.GetProperty("options").GetProperty("pulse").GetProperty("args").GetProperty("headers").GetProperty("X-Plain").GetRawText().ReplaceLineEndings("").Replace("\t", "", StringComparison.Ordinal).Should().Be(value);
        await DoneAsync(writer, HttpMethod.Put, "/service/web/b1", shown.RootElement.GetProperty("options").GetRawText()); // it is there already
        await DoneAsync(writer, HttpMethod.Patch, "/service/web/b1", """{"weight": 7}""");
    }

    [Theory]
    [InlineData("""{"file": "relative"}""", "X-Plain: file must be an absolute path")]
    [InlineData("""{"env": "A B"}""", "X-Plain: env must be the name of a variable: letters, digits and '_'")]
    [InlineData("""{"secret": "line\nbreak"}""", "X-Plain: must have a value in printable ASCII")]
    [InlineData("""{"other": "x"}""", "X-Plain: must be a text, or one of {\"secret\": TEXT}, {\"file\": PATH} and {\"env\": NAME}")]
    [InlineData("[]", "X-Plain: must be a text, or one of {\"secret\": TEXT}, {\"file\": PATH} and {\"env\": NAME}")]
    public async Task WrongForm_IsRefused_WithoutTheSecretsBesideIt(string value, string problem)
    {
        using var answer = await SendAsync(Admin, HttpMethod.Put, "/service/web/b1", Body(value));

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        text.Should().NotContain("s3cr3t");
        JsonDocument.Parse(text).RootElement.GetProperty("details")[0].GetProperty("problem").GetString().Should().Be(problem);
    }

    /// <summary>A daemon that no longer allows programs takes back what it shows, and no other program.</summary>
    [Fact]
    public async Task SavedProgram_CanBePutBack_AndNoOther()
    {
        const string Program = """{"host": "10.9.0.21", "port": 80, "pulse": {"type": "exec", "args": {"program": "/bin/true", "arguments": ["a"]}}}""";
        const string Same = """{"host": "10.9.0.21", "port": 80, "pulse": {"args": {"arguments": ["a"], "program": "/bin/true"}, "type": "exec"}}""";
        await DoneAsync(Admin, HttpMethod.Put, "/service/web/b1", Program);
        var writer = await CreateAsync("changer", "write");
        var options = JsonDocument.Parse(await TextAsync(writer, "/service/web/b1")).RootElement.GetProperty("options").GetRawText();
        await DoneAsync(writer, HttpMethod.Put, "/service/web/b1", options);
        await DoneAsync(writer, HttpMethod.Put, "/service/web/b1", Same);

        await RefusalAsync(HttpStatusCode.Forbidden, writer, HttpMethod.Put, "/service/web/b1", Same.Replace("\"a\"", "\"b\"", StringComparison.Ordinal));
        await RefusalAsync(HttpStatusCode.Forbidden, writer, HttpMethod.Put, "/service/web/b2", Same.Replace(".21", ".22", StringComparison.Ordinal));

        _allowsPrograms = false;
        await RestartAsync();
        await DoneAsync(writer, HttpMethod.Put, "/service/web/b1", options);
        await DoneAsync(writer, HttpMethod.Put, "/service/web/b1", Same);
        await DoneAsync(writer, HttpMethod.Put, "/config", await TextAsync(writer, "/config"));
        await RefusalAsync(HttpStatusCode.BadRequest, Admin, HttpMethod.Put, "/service/web/b1", Same.Replace("\"a\"", "\"b\"", StringComparison.Ordinal));
        await RefusalAsync(HttpStatusCode.BadRequest, Admin, HttpMethod.Put, "/service/web/b2", Same.Replace(".21", ".22", StringComparison.Ordinal));
    }

    private static string Body(string value) => Checked.Replace("VALUE", value, StringComparison.Ordinal);

    private Task PutAsync(string token, string value) => DoneAsync(token, HttpMethod.Put, "/service/web/b1", Body(value));

    private string? Pulse() => _daemon.Service<TableWriter>().Current.Services["web"].Backends["b1"].Spec.Pulse;

    private async Task<string> TextAsync(string token, string path)
    {
        using var answer = await SendAsync(token, HttpMethod.Get, path);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        answer.StatusCode.Should().Be(HttpStatusCode.OK, text);
        return text;
    }
}
