using Gorb.Targets.Host;

namespace Gorb.Tests.Targets.Host;

/// <summary>The kernel's settings for clients of removed backends, as files in the test's own folder.</summary>
public sealed class SysctlsTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("gorb-sysctl");
    private readonly LogLines<Sysctls> _log = new();

    private string Folder => Path.Combine(_root.FullName, "net/ipv4/vs");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Apply_SetsBothAndSaysWhatTheyWere()
    {
        Fill("0", "0");
        var sysctls = Make(SysctlMode.Apply);

        sysctls.Apply();

        Read().Should().Equal("1", "1");
        sysctls.Limits.KeepsPersistentClients.Should().BeFalse();
        _log.Texts.Should().HaveCount(2).And.OnlyContain(line => line.Contains("to 1; it was 0", StringComparison.Ordinal));
    }

    [Fact]
    public void Apply_WhatIsSetAlready_SaysNothing()
    {
        Fill("1", "1");

        Make(SysctlMode.Apply).Apply();

        _log.Texts.Should().BeEmpty();
    }

    /// <summary>Even root cannot write to a directory in the place of a file.</summary>
    [Fact]
    public void Apply_WhatCannotBeWritten_SaysWhatIsLost()
    {
        Fill("0", "0");
        File.Delete(Path.Combine(Folder, "expire_nodest_conn"));
        Directory.CreateDirectory(Path.Combine(Folder, "expire_nodest_conn"));
        var sysctls = Make(SysctlMode.Apply);

        sysctls.Apply();

        _log.Texts.Should().ContainSingle(line => line.Contains("net.ipv4.vs.expire_nodest_conn", StringComparison.Ordinal) && line.Contains("get no answer until they give up", StringComparison.Ordinal));
        sysctls.Limits.KeepsPersistentClients.Should().BeFalse("the other could be set");
    }

    [Fact]
    public void Check_SaysWhatDiffersAndChangesNothing()
    {
        Fill("0", "1");
        var sysctls = Make(SysctlMode.Check);

        sysctls.Apply();

        Read().Should().Equal("0", "1");
        _log.Texts.Should().ContainSingle().Which.Should().Contain("net.ipv4.vs.expire_nodest_conn is 0");
        sysctls.Limits.KeepsPersistentClients.Should().BeFalse();
    }

    [Fact]
    public void Off_LeavesThemAndKnowsWhatTheyAre()
    {
        Fill("0", "0");
        var sysctls = Make(SysctlMode.Off);

        sysctls.Apply();

        Read().Should().Equal("0", "0");
        _log.Texts.Should().BeEmpty();
        sysctls.Limits.KeepsPersistentClients.Should().BeTrue();
    }

    /// <summary>The settings exist only once the module ip_vs is loaded, which may happen after the start.</summary>
    [Fact]
    public void Settle_BeforeTheyAreThere_IsDoneLater()
    {
        var sysctls = Make(SysctlMode.Apply);
        sysctls.Apply();
        sysctls.Limits.KeepsPersistentClients.Should().BeTrue();

        Fill("0", "0");
        sysctls.Apply();

        Read().Should().Equal("1", "1");
        sysctls.Limits.KeepsPersistentClients.Should().BeFalse();
    }

    private Sysctls Make(SysctlMode mode) => new(new SysctlFiles(_root.FullName), mode, _log);

    private void Fill(string noDestination, string quiescentTemplate)
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "expire_nodest_conn"), noDestination + "\n");
        File.WriteAllText(Path.Combine(Folder, "expire_quiescent_template"), quiescentTemplate + "\n");
    }

    private string[] Read() => [Read("expire_nodest_conn"), Read("expire_quiescent_template")];

    private string Read(string name) => File.ReadAllText(Path.Combine(Folder, name)).Trim();
}
