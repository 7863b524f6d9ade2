using System.Net;
using System.Net.NetworkInformation;
using Gorb.Ipvs.Addresses;

namespace Gorb.Ipvs.Tests;

/// <summary>Announcement frames byte by byte, as in the RFCs.</summary>
public sealed class AnnouncementTests
{
    private static readonly PhysicalAddress Hardware = PhysicalAddress.Parse("02-00-00-00-00-01");

    [Fact]
    public void IPv4_IsAGratuitousArpRequest() => Convert.ToHexString(Announcement.BuildFrame(IPAddress.Parse("10.9.0.100"), Hardware)).Should().Be(
        "FFFFFFFFFFFF" + "020000000001" + "0806"
        + "0001" + "0800" + "06" + "04" + "0001"
        + "020000000001" + "0A090064"
        + "000000000000" + "0A090064");

    [Fact]
    public void IPv6_IsAnUnsolicitedAdvertisement_ThatOverrides() => Convert.ToHexString(Announcement.BuildFrame(IPAddress.Parse("fd00:9::100"), Hardware)).Should().Be(
        "333300000001" + "020000000001" + "86DD"
        + "60000000" + "0020" + "3A" + "FF" + "FD000009000000000000000000000100" + "FF020000000000000000000000000001"
        + "8800" + "588B" + "20000000" + "FD000009000000000000000000000100"
        + "0201" + "020000000001");
}
