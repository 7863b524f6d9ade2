using Gorb.Ipvs.Filters;

namespace Gorb.Ipvs.Tests.Filters;

public sealed class FilterTestTests
{
    [Theory]
    [InlineData(80, false, true)]
    [InlineData(90, false, true)]
    [InlineData(91, false, false)]
    [InlineData(91, true, true)]
    public void ARange_IsComparedInNetworkOrder(byte port, bool isNegated, bool passes) =>
        new FilterTest(FilterField.DestinationPort, [0xFF, 0xFF], [0, 80], [0, 90], isNegated).Passes([0, port]).Should().Be(passes);

    [Fact]
    public void AMask_LeavesTheBitsThatCount() =>
        new FilterTest(FilterField.Destination, [255, 255, 255, 0], [10, 9, 0, 0], [10, 9, 0, 0], false).Passes([10, 9, 0, 77]).Should().BeTrue();

    [Fact]
    public void AValueOfTheOtherFamily_DoesNotPass_NotEvenANegatedTest() =>
        new FilterTest(FilterField.Destination, [255, 255, 255, 255], [10, 9, 0, 1], [10, 9, 0, 1], true).Passes(new byte[16]).Should().BeFalse();
}
