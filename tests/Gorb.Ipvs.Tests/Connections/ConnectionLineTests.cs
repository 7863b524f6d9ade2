using System.Net;
using System.Text;
using Gorb.Ipvs.Connections;

namespace Gorb.Ipvs.Tests.Connections;

/// <summary>Lines of the connection table, read without an object for each.</summary>
public sealed class ConnectionLineTests
{
    [Fact]
    public void Read_OfManyLines_KeepsOnlyWhatIsAskedFor()
    {
        const int Lines = 20_000;
        using var text = Table(Enumerable.Range(0, Lines).Select(static port => $"TCP 0A09000A {port + 1:X4} 0A090064 0050 0A090015 0050 ESTABLISHED     899"));
        var (count, before) = (0, 0L);

        ConnectionTable.Read(text, Visit, TestContext.Current.CancellationToken).Should().BeTrue();

        count.Should().Be(Lines);
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(Lines, "one buffer is made, and nothing for a line");

        bool Visit(in ConnectionLine line)
        {
            before = count == 0 ? GC.GetAllocatedBytesForCurrentThread() : before;
            count += line is { VirtualPort: 80, IsTemplate: false, ExpiresInSeconds: 899 } && line.State.SequenceEqual("ESTABLISHED"u8) ? 1 : 0;
            return true;
        }
    }

    [Fact]
    public void Read_ByAVisitorThatHasEnough_Ends()
    {
        using var text = Table(["TCP 0A09000A 0001 0A090064 0050 0A090015 0050 NONE 1", "nonsense"]);

        ConnectionTable.Read(text, static (in _) => false, TestContext.Current.CancellationToken).Should().BeFalse();
    }

    [Theory]
    [InlineData("TCP")]
    [InlineData("TCP 0A09000A 1 0A090064 0050 0A090015 0050 NONE 1")]
    [InlineData("TCP 0A09000G 0001 0A090064 0050 0A090015 0050 NONE 1")]
    [InlineData("TCP fd00:0009:0000:0000:0000:0000:0000:001 0001 0A090064 0050 0A090015 0050 NONE 1")]
    [InlineData("TCP fd00:0009:0000:0000:0000:0000:0000-0010 0001 0A090064 0050 0A090015 0050 NONE 1")]
    [InlineData("TCP 0A09000A 0001 0A090064 0050 0A090015 0050 NONE")]
    [InlineData("TCP 0A09000A 0001 0A090064 0050 0A090015 0050 NONE soon")]
    public void Read_OfAnotherFormat_IsRefused(string line)
    {
        using var text = Table([line]);

        FluentActions.Invoking(() => ConnectionTable.Read(text, static (in _) => true, CancellationToken.None)).Should().Throw<FormatException>().WithMessage($"*{line}*");
    }

    [Theory]
    [InlineData("10.9.0.10", "10.9.0.0", 24, true)]
    [InlineData("10.9.1.10", "10.9.0.0", 24, false)]
    [InlineData("10.9.1.10", "0.0.0.0", 0, true)]
    [InlineData("10.9.0.10", "10.9.0.10", 32, true)]
    [InlineData("fd00:9::10", "fd00:9::", 64, true)]
    [InlineData("fd00:9:0:1::10", "fd00:9::", 64, false)]
    [InlineData("10.9.0.10", "::", 0, false)]
    public void IsWithin_ComparesTheFirstBits(string address, string network, int length, bool expected)
    {
        var read = ConnectionAddress.Of(IPAddress.Parse(address));

        read.IsWithin(ConnectionAddress.Of(IPAddress.Parse(network)), length).Should().Be(expected);
        read.ToIPAddress().Should().Be(IPAddress.Parse(address));
    }

    private static MemoryStream Table(IEnumerable<string> lines) => new(Encoding.ASCII.GetBytes($"Pro FromIP\n{string.Join('\n', lines)}\n"));
}
