using System.Diagnostics;
using System.Net;
using System.Text;
using Gorb.Documents;
using Microsoft.Extensions.Logging;

namespace Gorb.Tests.Documents;

/// <summary>When the configuration file is read.</summary>
public sealed class ConfigFilePollTests : ConfigFileTest
{
    /// <summary>Deploy tools set equal times on all files and swap a link to the next directory.</summary>
    [Fact]
    public async Task Poll_LinkSwappedToAFileOfTheSameTimeAndLength_AppliesIt()
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
        await PollAsync(daemon);
        await PollAsync(daemon);

        Ports(daemon).Should().Equal(81);

        void Release(string name, string document)
        {
            var path = Path.Combine(Directory.CreateDirectory($"{_file.Path}.{name}").FullName, "gorb.yaml");
            File.WriteAllText(path, document);
            File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        }
    }

    [Fact]
    public async Task Poll_WrittenOverWithItsTimeSetBack_AppliesIt()
    {
        await using var daemon = await StartAsync(Good);
        var written = File.GetLastWriteTimeUtc(_file.Path);

        Write(Good.Replace("80", "81", StringComparison.Ordinal));
        File.SetLastWriteTimeUtc(_file.Path, written);
        await PollAsync(daemon);
        await PollAsync(daemon);

        Ports(daemon).Should().Equal(81);
    }

    [Fact]
    public async Task Poll_OnlyPermissionsChanged_LeavesWhatTheApiDidMeanwhile()
    {
        await using var daemon = await StartAsync(Good);
        await daemon.PutAsync("/service/mail", """{"host": "10.9.0.100", "port": 25}""");

        File.SetUnixFileMode(_file.Path, UnixFileMode.UserRead);
        await PollAsync(daemon);
        await PollAsync(daemon);

        Ports(daemon).Should().BeEquivalentTo([80, 25]);
    }

    [Fact]
    public async Task Poll_FileStillBeingWritten_WaitsForTheRest()
    {
        const string both = Good + "  mail: { host: 10.9.0.100, port: 25 }\n";
        await using var daemon = await StartAsync(both);

        Write(Good); // the part written so far is a valid document
        await PollAsync(daemon);
        Ports(daemon).Should().BeEquivalentTo([80, 25]);

        Write(both + "  dns: { host: 10.9.0.100, port: 53 }\n");
        await PollAsync(daemon);
        Ports(daemon).Should().BeEquivalentTo([80, 25]);
        await PollAsync(daemon);

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
        await WriteAndPollAsync(daemon, Good);

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

    /// <summary>What makes a document wrong may be outside of it: here the device, whose address is the default of a service, has no address yet.</summary>
    [Fact]
    public async Task Poll_RefusedFile_IsReadAgainAfterTenSeconds_Unchanged()
    {
        var time = new ManualTime();
        var addresses = new List<IPAddress>();
        Write("services:\n  web: { port: 80 }\n");
        await using var daemon = NewDaemon(time, device: new DefaultDevice("eth9", time, _ => addresses));
        await daemon.InitializeAsync();
        _log.All.Should().ContainSingle(line => line.Level == LogLevel.Error).Which.Text.Should().Contain("changes nothing").And.Contain("eth9");
        addresses.Add(IPAddress.Parse("10.9.0.1"));

        time.AdvanceWithoutTimers(TimeSpan.FromSeconds(9.9));
        await PollAsync(daemon);
        Ports(daemon).Should().BeEmpty("reading a large file costs much, so it is not read at each poll");
        time.AdvanceWithoutTimers(TimeSpan.FromSeconds(0.1));
        await PollAsync(daemon);

        Ports(daemon).Should().Equal(80);
    }

    [Fact]
    public async Task Poll_WhatNobodyExpected_IsLoggedAndEndsNothing()
    {
        await using var daemon = NewDaemon(path: "no\0path");
        await daemon.InitializeAsync();

        await PollAsync(daemon);

        _log.All.Should().ContainSingle(line => line.Level == LogLevel.Error).Which.Error.Should().BeOfType<ArgumentException>();
        (await daemon.GetAsync("/service")).GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task Start_FileMissing_StartsAndTakesItWhenItIsThere()
    {
        await using var daemon = NewDaemon();
        await daemon.InitializeAsync();
        daemon.ReadKernel().Should().BeEmpty();

        await WriteAndPollAsync(daemon, Good);

        daemon.ReadKernel().Should().ContainSingle();
    }

    /// <summary>Creates a named pipe: its reader waits for a writer, whose write changes the file's time while the daemon reads.</summary>
    private void MakePipe()
    {
        Write("");
        File.Delete(_file.Path);
        using var mkfifo = Process.Start("mkfifo", [_file.Path]);
        mkfifo.WaitForExit();
        File.SetLastWriteTimeUtc(_file.Path, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
    }
}
