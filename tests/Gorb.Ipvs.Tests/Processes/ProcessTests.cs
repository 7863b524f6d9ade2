using System.ComponentModel;
using System.Globalization;
using Gorb.Ipvs.Processes;

namespace Gorb.Ipvs.Tests.Processes;

public sealed class ProcessTests
{
    [Fact]
    public void CurrentUser_Id_IsTheKernelsWord()
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("Uid:", StringComparison.Ordinal));

        CurrentUser.Id.Should().Be(uint.Parse(line.Split('\t')[2], CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Enter_NoSuchProcess_Throws() => FluentActions.Invoking(() => NetworkNamespace.Enter(int.MaxValue)).Should().Throw<IOException>();

    /// <summary>Enters the test's own namespace: privileged processes may, and nothing changes. The lab's tests enter others.</summary>
    [Fact]
    public void Enter_OwnProcess_SucceedsOrSaysWhyNot()
    {
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(() => NetworkNamespace.Enter(Environment.ProcessId)));
        thread.Start();
        thread.Join();

        failure?.Should().BeOfType<Win32Exception>().Which.Message.Should().Be("setns: Operation not permitted");
    }
}
