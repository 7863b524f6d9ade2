using System.Net;
using Gorb.Health.Probes;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Platform;
using Gorb.Tests.Api;
using Gorb.Tests.Health.Probes;

namespace Gorb.Tests.Checks;

/// <summary>Programs of exec checks come from one folder only (--exec-dir).</summary>
public sealed class ExecDirectoryTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("gorb-exec-");

    private string Folder { get; }

    public ExecDirectoryTests()
    {
        Folder = Path.Combine(_root.FullName, "checks");
        Directory.CreateDirectory(Path.Combine(Folder, "below"), Private);
        File.SetUnixFileMode(Folder, Private);
        Write(Path.Combine(Folder, "ok"));
        Write(Path.Combine(Folder, "below", "ok"));
        Write(Path.Combine(_root.FullName, "outside"));
        File.CreateSymbolicLink(Path.Combine(Folder, "link"), Path.Combine(_root.FullName, "outside"));
        Directory.CreateSymbolicLink(Path.Combine(Folder, "way"), _root.FullName);
    }

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData("DIR/ok", null)]
    [InlineData("DIR/below/ok", null)]
    [InlineData("DIR/missing", null)]
    [InlineData("DIR", "must be below")]
    [InlineData("/bin/sh", "must be below")]
    [InlineData("DIRx/ok", "must be below")]
    [InlineData("DIR/../outside", "without \".\", \"..\"")]
    [InlineData("DIR/./ok", "without \".\", \"..\"")]
    [InlineData("DIR//ok", "without \".\", \"..\"")]
    [InlineData("DIR/link", "leads through the symbolic link")]
    [InlineData("DIR/way/outside", "leads through the symbolic link")]
    public void OnlyProgramsBelowTheFolder_MayRun(string program, string? fault)
    {
        var found = new ExecDirectory(Folder).Fault(program.Replace("DIR", Folder, StringComparison.Ordinal));

        if (fault is null)
        {
            found.Should().BeNull();
        }
        else
        {
            found.Should().Contain(fault).And.Contain("--exec-dir");
        }
    }

    [Fact]
    public void FolderOrProgramThatOthersCanWrite_IsNotUsed()
    {
        var directory = new ExecDirectory(Folder);
        File.SetUnixFileMode(Path.Combine(Folder, "ok"), Private | UnixFileMode.OtherWrite);
        directory.Fault(Path.Combine(Folder, "ok")).Should().Contain("other users can write").And.Contain("chmod go-w");
        File.SetUnixFileMode(Path.Combine(Folder, "below"), Private | UnixFileMode.GroupWrite);
        directory.Fault(Path.Combine(Folder, "below", "ok")).Should().Contain("other users can write");

        File.SetUnixFileMode(Folder, Private | UnixFileMode.OtherWrite);
        Refusal(Folder).Should().Contain("--exec-dir").And.Contain($"other users can write {Folder} (mode 702): chmod go-w {Folder}");
        File.SetUnixFileMode(Folder, Private);
        File.SetUnixFileMode(_root.FullName, Private | UnixFileMode.OtherWrite);
        Refusal(Folder).Should().Contain($"other users can write {_root.FullName}");
    }

    [Theory]
    [InlineData("checks")]
    [InlineData("/")]
    [InlineData("DIR/../checks")]
    [InlineData("DIR/missing")]
    [InlineData("DIR/ok")]
    public void WhatIsNoFolder_IsRefusedAtTheStart(string path) => Refusal(path.Replace("DIR", Folder, StringComparison.Ordinal)).Should().Contain("--exec-dir");

    [Fact]
    public void FolderThroughALink_IsTheFolderItself()
    {
        var link = Path.Combine(_root.FullName, "current");
        Directory.CreateSymbolicLink(link, Folder);
        var directory = new ExecDirectory(link);

        directory.Fault(Path.Combine(link, "ok")).Should().BeNull();
        directory.Fault(Path.Combine(Folder, "ok")).Should().BeNull();
    }

    [Fact]
    public async Task ProgramIsExaminedAgain_BeforeItRuns()
    {
        var probe = new ExecProbe(new ExecDirectory(Folder).Fault);
        var target = Probe.Target(new ExecArgs { Program = Path.Combine(Folder, "ok") }, 0);
        (await Probe.RunAsync(probe, target)).Reason.Should().Be("status 0");

        File.Delete(Path.Combine(Folder, "ok"));
        File.CreateSymbolicLink(Path.Combine(Folder, "ok"), Path.Combine(_root.FullName, "outside"));
        var result = await Probe.RunAsync(probe, target);

        (result.IsLocalFault, result.Passed).Should().Be((true, false));
        result.Reason.Should().Contain("leads through the symbolic link");
    }

    [Fact]
    public async Task Api_RefusesOtherPrograms()
    {
        await using var daemon = new TestDaemon { ExecDirectory = Folder };
        await daemon.InitializeAsync();
        await daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        await daemon.PutAsync("/service/web/b1", Body($"{Folder}/ok"));

        var answer = await daemon.SendAsync(HttpMethod.Put, "/service/web/b2", Body("/bin/sh"));

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        var problem = (await TestDaemon.JsonAsync(answer)).GetProperty("details")[0];
        (problem.GetProperty("field").GetString(), problem.GetProperty("value").GetString()).Should().Be(("pulse.args.program", "/bin/sh"));
        problem.GetProperty("problem").GetString().Should().Be($"must be below {Folder} (--exec-dir): put the program there");
    }

    private static string Body(string program) => $$$"""{"host": "10.9.0.21", "port": 80, "pulse": {"type": "exec", "args": {"program": "{{{program}}}"} } }""";

    private static string Refusal(string path)
    {
        var create = () => new ExecDirectory(path);
        return create.Should().Throw<SettingException>().Which.Message;
    }

    private static void Write(string path)
    {
        File.WriteAllText(path, "#!/bin/sh\nexit 0\n");
        File.SetUnixFileMode(path, Private);
    }
}
