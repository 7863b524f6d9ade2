using Gorb.Sources.Files;
using Gorb.Tests.Api;
using Gorb.Tests.State;
using Microsoft.Extensions.Logging;

namespace Gorb.Tests.Documents;

/// <summary>What a configuration file makes of the wanted table.</summary>
public sealed class ConfigFileTests : ConfigFileTest
{
    [Fact]
    public async Task Start_WithFile_MakesItTheWantedTable()
    {
        await using var daemon = await StartAsync(Good);

        (await daemon.GetAsync("/service")).ToString().Should().Contain("web");
        daemon.ReadKernel().Should().ContainSingle();
    }

    [Fact]
    public async Task Poll_FileChanged_AppliesIt()
    {
        await using var daemon = await StartAsync(Good);

        await WriteAndPollAsync(daemon, "services:\n  mail: { host: 10.9.0.100, port: 25 }\n");

        daemon.ReadKernel().Select(entry => entry.Service.Service.Key.Port).Should().Equal(25);
    }

    [Fact]
    public async Task Poll_BadFile_KeepsTheTableAndTakesTheNextGoodOne()
    {
        await using var daemon = await StartAsync(Good);

        await WriteAndPollAsync(daemon, "services:\n  web: { host: 10.9.0.100, prt: 81 }\n");
        daemon.ReadKernel().Select(entry => entry.Service.Service.Key.Port).Should().Equal(80);

        await WriteAndPollAsync(daemon, "services: {}\n");
        daemon.ReadKernel().Should().BeEmpty();
    }

    [Fact]
    public async Task Poll_SameFile_LeavesWhatTheApiDidMeanwhile()
    {
        await using var daemon = await StartAsync(Good);
        await daemon.PutAsync("/service/mail", """{"host": "10.9.0.100", "port": 25}""");

        await PollAsync(daemon);
        await PollAsync(daemon);

        daemon.ReadKernel().Should().HaveCount(2);
    }

    [Fact]
    public async Task Start_WithStateAndFile_RemovesWhatTheFileNoLongerHas()
    {
        await using (var first = await StartAsync("services:\n  web: { host: 10.9.0.100, port: 80 }\n  old: { host: 10.9.0.100, port: 81 }\n", state: _state.Path))
        {
            await first.PutAsync("/service/mail", """{"host": "10.9.0.100", "port": 25}""");
        }

        await using (var daemon = await StartAsync(Good, state: _state.Path))
        {
            Ports(daemon).Should().BeEquivalentTo([80, 25], "the file never had what the API declares");
        }

        await using var withoutFile = new TestDaemon { Kernel = _kernel, State = _state.Path };
        await withoutFile.InitializeAsync();
        (await withoutFile.GetAsync("/service")).EnumerateArray().Select(name => name.GetString()).Should().Equal("mail", "web");
    }

    /// <summary>State files that predate sources do not record what the file declared.</summary>
    [Theory]
    [InlineData(false, new[] { 80 })]
    [InlineData(true, new[] { 80, 25 })]
    public async Task Start_AfterAnUpgrade_TakesOverWhatTheFileMayHaveDeclared(bool startsWithoutFileFirst, int[] ports)
    {
        await SaveAsync();
        Sqlite.Run(_state.Path, """
            DROP TABLE token; DROP TABLE source;
            DROP TABLE claim;
            DROP TABLE ledger;
            CREATE TABLE leftover (service TEXT NOT NULL, destination TEXT NOT NULL, PRIMARY KEY (service, destination)) STRICT, WITHOUT ROWID;
            PRAGMA user_version = 2;
            """);
        if (startsWithoutFileFirst)
        {
            await using var withoutFile = new TestDaemon { Kernel = _kernel, State = _state.Path };
            await withoutFile.InitializeAsync();
            await withoutFile.Service<ConfigFile>().ExecuteTask!;
        }

        await using var daemon = await StartAsync(Good, state: _state.Path);

        Ports(daemon).Should().BeEquivalentTo(ports);
    }

    [Fact]
    public async Task Start_WithStateAndBadFile_KeepsWhatIsSavedAndSaysWhere()
    {
        await SaveAsync();

        await using var daemon = await StartAsync("services:\n  web: { host: 10.9.0.100, prt: 80 }\n", state: _state.Path);

        Ports(daemon).Should().BeEquivalentTo([80, 25]);
        _log.All.Should().ContainSingle(line => line.Level == LogLevel.Error).Which.Text.Should()
            .Contain(_file.Path).And.Contain("line 2, column 28").And.Contain("prt");
    }
}
