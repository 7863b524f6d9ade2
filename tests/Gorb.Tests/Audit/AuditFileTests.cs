using System.Net;
using Gorb.Audit;
using Gorb.Cli;
using Gorb.Tests.Api;
using Gorb.Tests.State;

namespace Gorb.Tests.Audit;

/// <summary>The audit file is moved, deleted, cut, or cannot be used.</summary>
public sealed class AuditFileTests : AuditedTest
{
    [Fact]
    public async Task MovedFile_IsOpenedAnewAtSighup_AndADeletedOneAtOnce()
    {
        File.Move(_audit.Path, _audit.Path + ".1");
        await DoneAsync(Admin, HttpMethod.Put, "/service/web/b2", """{"host": "10.9.0.22", "port": 80}""");
        File.ReadLines(_audit.Path + ".1").Last().Should().Contain("b2");

        _daemon.Service<AuditTrail>().Reopen();
        await DoneAsync(Admin, HttpMethod.Put, "/service/web/b3", """{"host": "10.9.0.23", "port": 80}""");
        Lines().Should().ContainSingle().Which.Should().Contain("b3");

        File.Delete(_audit.Path);
        await DoneAsync(Admin, HttpMethod.Put, "/service/web/b4", """{"host": "10.9.0.24", "port": 80}""");
        Lines().Should().ContainSingle().Which.Should().Contain("b4");
    }

    [Fact]
    public async Task FileThatCannotBeWritten_StopsChanges_UntilItCan()
    {
        File.Delete(_audit.Path);
        File.CreateSymbolicLink(_audit.Path, "/nonexistent/audit");

        (await RefusalAsync(HttpStatusCode.ServiceUnavailable, Admin, HttpMethod.Put, "/service/new", """{"host": "10.9.0.103", "port": 80}""")).Should().Contain($"{_audit.Path} cannot be used: it is a symbolic link");
        (await StatusAsync(Admin, HttpMethod.Get, "/service/new")).Should().Be(HttpStatusCode.NotFound, "nothing was changed");
        _daemon.ReadKernel().Should().ContainSingle();
        using (var ready = await SendAsync(Admin, HttpMethod.Get, "/readyz"))
        {
            ready.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
            (await ready.Content.ReadAsStringAsync(Stop)).Should().Contain($"changes are refused, because they could not be recorded: the audit file {_audit.Path} cannot be used");
        }

        File.Delete(_audit.Path);
        (await StatusAsync(Admin, HttpMethod.Get, "/readyz")).Should().Be(HttpStatusCode.OK, "it is tried again, also without a change");
        await DoneAsync(Admin, HttpMethod.Put, "/service/new", """{"host": "10.9.0.103", "port": 80}""");
        Lines()[^1].Should().Contain("\"service\":\"new\"");
        Lines()[0].Should().Contain("\"status\":503", "the refusal was owed");
    }

    [Fact]
    public async Task CutLastLine_IsEnded()
    {
        await RestartAsync(() => File.AppendAllText(_audit.Path, "{\"id\":1,"));
        await DoneAsync(Admin, HttpMethod.Delete, "/service/web");

        Lines()[^2].Should().Be("{\"id\":1,");
        Last().GetProperty("method").GetString().Should().Be("DELETE");
    }

    [Theory]
    [InlineData("link", "*is a symbolic link*--audit*")]
    [InlineData("folder", "*cannot be written*--audit*")]
    [InlineData("writable", "*others can write it (mode 666)*chmod 600*")]
    [InlineData("missing", "*cannot be written*folder writable*--audit*")]
    public async Task FileThatCannotBeUsed_StopsTheStart_WithTheRemedy(string what, string remedy)
    {
        using var place = new TemporaryFile();
        Directory.CreateDirectory(Path.GetDirectoryName(place.Path)!);
        var path = place.Path;
        switch (what)
        {
            case "link":
                File.CreateSymbolicLink(path, _audit.Path);
                break;
            case "folder":
                Directory.CreateDirectory(path);
                break;
            case "writable":
                File.WriteAllText(path, "");
                File.SetUnixFileMode(path, (UnixFileMode)0b110_110_110);
                break;
            default:
                path = "/nonexistent/audit";
                break;
        }

        await using var daemon = new TestDaemon { Audit = path };

        var reasons = StartFailure.Explain((await daemon.Awaiting(static one => one.InitializeAsync().AsTask()).Should().ThrowAsync<Exception>()).Which);
        reasons.Should().ContainSingle().Which.Should().Match(remedy);
    }
}
