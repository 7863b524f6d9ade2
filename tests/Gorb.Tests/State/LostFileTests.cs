using System.Net;
using Gorb.Ipvs.Files;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Gorb.Writer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gorb.Tests.State;

/// <summary>The state file is removed while the daemon runs. Acknowledged changes survive a restart, or the daemon reports that it cannot save.</summary>
public sealed class LostFileTests : DaemonTest
{
    private readonly ManualTime _time = new();
    private readonly LogLines<TableWriter> _log = new();

    private protected override Task PrepareAsync() => PutAsync("first", 80);

    public static TheoryData<string, Action<string>> Losses() => new()
    {
        { "deleted", File.Delete },
        { "all deleted", path => Array.ForEach(Directory.GetFiles(Path.GetDirectoryName(path)!), File.Delete) },
        { "directory removed", path => Directory.Delete(Path.GetDirectoryName(path)!, recursive: true) },
        { "moved away", path => File.Move(path, path + ".bak") },
        { "truncated", path => Truncate(path, 0) },
        { "cut", path => Truncate(path, 4096) },
        { "log deleted", path => File.Delete(path + "-wal") },
        { "log truncated", path => Truncate(path + "-wal", 0) },
        { "written over", path => File.WriteAllText(path, "something else") },
    };

    [Theory]
    [MemberData(nameof(Losses), DisableDiscoveryEnumeration = true)]
    public async Task Put_AfterTheFileWasLost_WritesItAnewWhole(string what, Action<string> lose)
    {
        lose(_file.Path);

        await PutAsync("second", 81);
        await PutAsync("third", 82);

        _log.All.Should().ContainSingle(line => line.Level >= LogLevel.Warning, what).Which.Text.Should().Contain(_file.Path)
            .And.MatchRegex("written anew with all [12] services", "a change of the host's addresses may wake the writer, which then sees the loss before the change comes");
        await ShouldRestartWithAsync("first", "second", "third");
    }

    [Theory]
    [MemberData(nameof(Losses), DisableDiscoveryEnumeration = true)]
    public async Task FileLost_WhileNothingIsSaved_IsWrittenAnewWithinASecond(string what, Action<string> lose)
    {
        var told = _log.NextAsync("written anew with all 1 services");
        lose(_file.Path);
        _time.Advance(TimeSpan.FromSeconds(1));

        await told;
        _log.All.Should().ContainSingle(line => line.Level >= LogLevel.Warning, what);
        await ShouldRestartWithAsync("first");
    }

    [Fact]
    public async Task AnotherFileInItsPlace_RefusesWithTheRemedy_UntilItIsPutAside()
    {
        File.Copy(_file.Path, _file.Path + ".other");
        File.Move(_file.Path + ".other", _file.Path, overwrite: true);
        var other = File.ReadAllBytes(_file.Path);

        for (var i = 0; i < 2; i++)
        {
            var refused = await _daemon.SendAsync(HttpMethod.Put, "/service/second", """{"host": "10.9.0.100", "port": 81}""");
            refused.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
            (await TestDaemon.JsonAsync(refused)).ToString().Should().Contain("another file stands at").And.Contain("mv ").And.Contain("Restart the daemon");
        }

        var ready = await _daemon.SendAsync(HttpMethod.Get, "/readyz", null);
        ready.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await TestDaemon.JsonAsync(ready)).GetProperty("reasons")[0].GetString().Should().Contain("another file stands at");
        _daemon.ReadKernel().Should().ContainSingle();
        File.ReadAllBytes(_file.Path).Should().Equal(other);

        File.Move(_file.Path, _file.Path + ".other");
        await PutAsync("second", 81);
        (await _daemon.SendAsync(HttpMethod.Get, "/readyz", null)).StatusCode.Should().Be(HttpStatusCode.OK);
        await ShouldRestartWithAsync("first", "second");
    }

    [Fact]
    public async Task FileAsItWasLeft_IsNotWrittenAgain()
    {
        var inode = FileStatus.Of(_file.Path)!.Value.Inode;
        for (var port = 1000; port < 1100; port++)
        {
            await PutAsync($"s{port}", port);
            await _daemon.DeleteAsync($"/service/s{port}");
        }

        File.SetUnixFileMode(_file.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead); // leaves the content unchanged
        await PutAsync("last", 99);

        FileStatus.Of(_file.Path)!.Value.Inode.Should().Be(inode);
        _log.All.Should().NotContain(line => line.Level >= LogLevel.Warning);
        await ShouldRestartWithAsync("first", "last");
    }

    private static void Truncate(string path, long length)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.SetLength(length);
    }

    private Task PutAsync(string name, int port) => _daemon.PutAsync($"/service/{name}", $$"""{"host": "10.9.0.100", "port": {{port}}}""");

    private async Task ShouldRestartWithAsync(params string[] services)
    {
        await RestartAsync();
        (await _daemon.GetAsync("/service")).EnumerateArray().Select(name => name.GetString()).Should().BeEquivalentTo(services);
        FileStatus.Of(_file.Path)!.Value.Permissions.Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private protected override TestDaemon NewDaemon(FakeKernel kernel) => new()
    {
        Kernel = kernel,
        State = _file.Path,
        Configure = services => services.AddSingleton<TimeProvider>(_time).AddSingleton<ILoggerProvider>(_log),
    };
}
