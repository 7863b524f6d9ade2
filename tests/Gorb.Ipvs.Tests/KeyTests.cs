using System.Net;
using System.Net.Sockets;

namespace Gorb.Ipvs.Tests;

/// <summary>Keys are equal exactly when they are one object to the kernel.</summary>
public sealed class KeyTests
{
    [Fact]
    public void DestinationKeys_ThatDifferInAScope_AreOne()
    {
        var plain = new DestinationKey(IPAddress.Parse("fd00:9::22"), 80);

        var scoped = new DestinationKey(IPAddress.Parse("fd00:9::22%7"), 80);

        scoped.Should().Be(plain);
        (plain with { Address = IPAddress.Parse("fd00:9::22%8") }).Should().Be(plain);
        scoped.ToString().Should().Be("[fd00:9::22]:80");
    }

    [Theory]
    [InlineData("24", true)]
    [InlineData("/24", true)]
    [InlineData("255.255.255.0", true)]
    [InlineData("255.255.0255.0", false)]
    [InlineData("255.255.65280", false)]
    [InlineData("0xffffff00", false)]
    [InlineData("+24", false)]
    [InlineData(" 24", false)]
    public void Netmask_InTheUsualForms_IsRead(string text, bool isRead) => Netmask.TryParse(text, AddressFamily.InterNetwork, out _).Should().Be(isRead);
}
