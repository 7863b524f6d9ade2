using System.Diagnostics;
using System.Text;
using Gorb.Sources.Files;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Gorb.Tests.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gorb.Tests.Documents;

public sealed class ConfigFileTests : IDisposable
{
    private const string Good = "services:\n  web: { host: 10.9.0.100, port: 80 }\n";
    private readonly TemporaryFile _file = new();
    private readonly TemporaryFile _state = new();
    private readonly FakeKernel _kernel = new();
    private readonly LogLines<ConfigFile> _log = new();

    public void Dispose()
    {
        _file.Dispose();
        _state.Dispose();
    }

    [Fact]
    public async Task Start_WithFile_MakesItTheWantedTable()
    {
        await using var daemon = await StartAsync(Good);

        (await daemon.GetAsync("/service")).ToString().Should().Contain("web");
        daemon.ReadKernel().Should().ContainSingle();
    }

    [Fact]
    public async Task Look_FileChanged_AppliesIt()
    {
        await using var daemon = await StartAsync(Good);

        await WriteAndLookAsync(daemon, "services:\n  mail: { host: 10.9.0.100, port: 25 }\n");

        daemon.ReadKernel().Select(entry => entry.Service.Service.Key.Port).Should().Equal(25);
    }

    [Fact]
    public async Task Look_BadFile_KeepsTheTableAndTakesTheNextGoodOne()
    {
        await using var daemon = await StartAsync(Good);

        await WriteAndLookAsync(daemon, "services:\n  web: { host: 10.9.0.100, prt: 81 }\n");
        daemon.ReadKernel().Select(entry => entry.Service.Service.Key.Port).Should().Equal(80);

        await WriteAndLookAsync(daemon, "services: {}\n");
        daemon.ReadKernel().Should().BeEmpty();
    }

    [Fact]
    public async Task Look_SameFile_LeavesWhatTheApiDidMeanwhile()
    {
        await using var daemon = await StartAsync(Good);
        await daemon.PutAsync("/service/mail", """{"host": "10.9.0.100", "port": 25}""");

        await LookAsync(daemon);
        await LookAsync(daemon);

        daemon.ReadKernel().Should().HaveCount(2);
    }

    /// <summary>Deploy tools set equal times on all files and swap a link to the next directory.</summary>
    [Fact]
    public async Task Look_LinkSwappedToAFileOfTheSameTimeAndLength_AppliesIt()
    {
        Release("1", Good);
        Release("2", Good.Replace("80", "81", StringComparison.Ordinal));
        var link = _file.Path + ".current";
        File.CreateSymbolicLink(link, _file.Path + ".1");
        await using var daemon = NewDaemon(path: Path.Combine(link, "gorb.yaml"));
        await daemon.InitializeAsync();
        Ports(daemon).Should().Equal(80);

        File.Delete(link);
        File.CreateSymbolicLink(link, _file.Path + ".2");
        await LookAsync(daemon);
        await LookAsync(daemon);

        Ports(daemon).Should().Equal(81);

        void Release(string name, string document)
        {
            var path = Path.Combine(Directory.CreateDirectory($"{_file.Path}.{name}").FullName, "gorb.yaml");
            File.WriteAllText(path, document);
            File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        }
    }

    [Fact]
    public async Task Look_WrittenOverWithItsTimeSetBack_AppliesIt()
    {
        await using var daemon = await StartAsync(Good);
        var written = File.GetLastWriteTimeUtc(_file.Path);

        Write(Good.Replace("80", "81", StringComparison.Ordinal));
        File.SetLastWriteTimeUtc(_file.Path, written);
        await LookAsync(daemon);
        await LookAsync(daemon);

        Ports(daemon).Should().Equal(81);
    }

    [Fact]
    public async Task Look_OnlyPermissionsChanged_LeavesWhatTheApiDidMeanwhile()
    {
        await using var daemon = await StartAsync(Good);
        await daemon.PutAsync("/service/mail", """{"host": "10.9.0.100", "port": 25}""");

        File.SetUnixFileMode(_file.Path, UnixFileMode.UserRead);
        await LookAsync(daemon);
        await LookAsync(daemon);

        Ports(daemon).Should().BeEquivalentTo([80, 25]);
    }

    [Fact]
    public async Task Look_FileStillBeingWritten_WaitsForTheRest()
    {
        const string both = Good + "  mail: { host: 10.9.0.100, port: 25 }\n";
        await using var daemon = await StartAsync(both);

        Write(Good); // the part written so far is a valid document
        await LookAsync(daemon);
        Ports(daemon).Should().BeEquivalentTo([80, 25]);

        Write(both + "  dns: { host: 10.9.0.100, port: 53 }\n");
        await LookAsync(daemon);
        Ports(daemon).Should().BeEquivalentTo([80, 25]);
        await LookAsync(daemon);

        Ports(daemon).Should().BeEquivalentTo([80, 25, 53]);
    }

    [Fact]
    public async Task Start_FileWrittenWhileItIsRead_TakesItWhenItIsStill()
    {
        MakePipe();
        await using var daemon = NewDaemon();
        var start = Task.Run(async () => await daemon.InitializeAsync(), TestContext.Current.CancellationToken);
        await using (var pipe = new FileStream(_file.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) // blocks until the daemon opens the file
        {
            await pipe.WriteAsync(Encoding.UTF8.GetBytes(Good), TestContext.Current.CancellationToken);
        }

        await start;
        Ports(daemon).Should().BeEmpty();
        File.Delete(_file.Path);
        await WriteAndLookAsync(daemon, Good);

        Ports(daemon).Should().Equal(80);
    }

    [Fact]
    public async Task FileChanged_IsTakenByTheTimer()
    {
        var time = new ManualTime();
        await using var daemon = await StartAsync(Good, time);
        var applied = _log.NextAsync("is declared");

        Write("services:\n  mail: { host: 10.9.0.100, port: 25 }\n");
        while (!applied.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        Ports(daemon).Should().Equal(25);
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

    [Fact]
    public async Task Look_WhatNobodyExpected_IsLoggedAndEndsNothing()
    {
        await using var daemon = NewDaemon(path: "no\0path");
        await daemon.InitializeAsync();

        await LookAsync(daemon);

        _log.All.Should().ContainSingle(line => line.Level == LogLevel.Error).Which.Error.Should().BeOfType<ArgumentException>();
        (await daemon.GetAsync("/service")).GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task Start_FileMissing_StartsAndTakesItWhenItIsThere()
    {
        await using var daemon = NewDaemon();
        await daemon.InitializeAsync();
        daemon.ReadKernel().Should().BeEmpty();

        await WriteAndLookAsync(daemon, Good);

        daemon.ReadKernel().Should().ContainSingle();
    }

    /// <summary>A daemon that checks the file when the test calls it, or by a given clock.</summary>
    private TestDaemon NewDaemon(TimeProvider? time = null, string state = "none", string? path = null) => new()
    {
        Kernel = _kernel,
        State = state,
        Config = path ?? _file.Path,
        Configure = services => services.AddSingleton(time ?? new ManualTime()).AddSingleton<ILoggerProvider>(_log),
    };

    private async Task<TestDaemon> StartAsync(string document, TimeProvider? time = null, string state = "none")
    {
        Write(document);
        var daemon = NewDaemon(time, state);
        await daemon.InitializeAsync();
        return daemon;
    }

    /// <summary>Writes a state file with the services web and mail.</summary>
    private async Task SaveAsync()
    {
        await using var daemon = new TestDaemon { Kernel = _kernel, State = _state.Path };
        await daemon.InitializeAsync();
        await daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        await daemon.PutAsync("/service/mail", """{"host": "10.9.0.100", "port": 25}""");
    }

    private void Write(string document) => _file.Write(Encoding.UTF8.GetBytes(document));

    /// <summary>Creates a named pipe: its reader waits for a writer, whose write changes the file's time while the daemon reads.</summary>
    private void MakePipe()
    {
        Write("");
        File.Delete(_file.Path);
        using var mkfifo = Process.Start("mkfifo", [_file.Path]);
        mkfifo.WaitForExit();
        File.SetLastWriteTimeUtc(_file.Path, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
    }

    private async Task WriteAndLookAsync(TestDaemon daemon, string document)
    {
        Write(document);
        await LookAsync(daemon);
        await LookAsync(daemon); // the first check only notes that the file changed; it may still be written
    }

    private static Task LookAsync(TestDaemon daemon) => daemon.Service<ConfigFile>().LookAsync(TestContext.Current.CancellationToken);

    private static IEnumerable<int> Ports(TestDaemon daemon) => daemon.ReadKernel().Select(entry => (int)entry.Service.Service.Key.Port);
}
