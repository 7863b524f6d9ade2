using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>A state file that this version cannot use: the daemon does not start, and changes neither the file nor the kernel's table, even with -f.</summary>
public sealed class UnusableStateTests : OwnDaemonTest
{
    [Fact]
    public async Task NewerFile_EndsTheStart()
    {
        await FillAsync(kill: false);
        Spoil(63, 99); // the low byte of user_version; SQLite File Format, 1.3

        await ShouldEndAsync("was written by a later version of Gorb", "run that version, or name another file with --state");
    }

    [Fact]
    public async Task DamagedFile_EndsTheStart()
    {
        await FillAsync(kill: false);
        Spoil(0, (byte)'X');

        await ShouldEndAsync("is damaged", $"mv {State} {State}.damaged ;");
    }

    /// <summary>After a kill, most of the table is in the write-ahead log; moving only one of the two files would lose it.</summary>
    [Fact]
    public async Task DamagedFileWithItsLog_EndsTheStart_AndBothAreToBePutAside()
    {
        await FillAsync(kill: true);
        Spoil(0, (byte)'X');

        await ShouldEndAsync("is damaged", $"mv {State} {State}.damaged && mv {State}-wal {State}.damaged-wal ;");
    }

    /// <summary>Only root gives files away, and the lab runs as root.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("-wal")]
    [InlineData("-journal")]
    public async Task FileOfAnotherUser_EndsTheStart(string suffix)
    {
        await FillAsync(kill: false);
        await File.AppendAllTextAsync(State + suffix, "", TestContext.Current.CancellationToken);
        Shell.Run("chown", "4672:4672", State + suffix);

        await ShouldEndAsync($"{State}{suffix} belongs to user 4672", $"chown 0 {State}{suffix}");
    }

    private async Task FillAsync(bool kill)
    {
        await using var gorb = await StartAsync();
        await gorb.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "method": "rr"}""");
        await (kill ? gorb.KillAsync() : gorb.TerminateAsync());
        File.Exists(State + "-wal").Should().Be(kill);
    }

    private void Spoil(int offset, byte value)
    {
        var content = File.ReadAllBytes(State);
        content[offset] = value;
        File.WriteAllBytes(State, content);
    }

    private async Task ShouldEndAsync(string reason, string remedy)
    {
        var before = Files();
        foreach (var options in new string[][] { [], ["-f"] })
        {
            var end = await VerbResult.RunAsync("", ["-l", "127.0.0.1:14598", "--state", State, .. options]);

            end.Status.Should().Be(1);
            end.Errors.Should().MatchRegex("^gorb: [^\n]*\n$").And.Contain(State).And.Contain(reason).And.Contain(remedy);
            Shell.Ipvsadm().Should().Equal("-A -t 10.9.0.100:80 -s rr");
            Files().Should().Equal(before);
        }
    }

    private Dictionary<string, string> Files() =>
        System.IO.Directory.EnumerateFiles(Directory).Order().ToDictionary(file => file, file => Convert.ToHexString(File.ReadAllBytes(file)));
}
