using Gorb.Start;

namespace Gorb.Tests.Start;

/// <summary>Memory is returned when the daemon has become idle after work, and not again and again.</summary>
public sealed class IdleMemoryTests
{
    private const long Mega = 1024 * 1024;

    private readonly IdleMemory _memory = new();

    [Fact]
    public void Release_FollowsWork_OnceItHasEnded()
    {
        _memory.IsReleasable(10 * Mega).Should().BeFalse("10 MB were allocated just now");
        _memory.IsReleasable(14 * Mega).Should().BeFalse("work goes on");
        _memory.IsIdle.Should().BeFalse();
        _memory.IsReleasable(14 * Mega + 1000).Should().BeTrue();
        _memory.IsIdle.Should().BeTrue();

        _memory.Released(14 * Mega + 1000, 3 * Mega);

        _memory.IsReleasable(14 * Mega + 2000).Should().BeFalse("there is no garbage to speak of");
    }

    [Fact]
    public void LargeTable_IsCollectedAfterAsMuchGarbage()
    {
        _memory.IsReleasable(100 * Mega);
        _memory.Released(100 * Mega, 20 * Mega);

        Idle(from: 100, to: 119).Should().NotContain(true);
        Idle(from: 120, to: 120).Should().Contain(true);
    }

    [Fact]
    public void LittleGarbage_IsLeftAlone() => Idle(from: 1, to: 2).Should().NotContain(true);

    /// <summary>A megabyte more at each look: as much as an idle daemon allocates.</summary>
    private IEnumerable<bool> Idle(int from, int to) => [.. Enumerable.Range(from, to - from + 1).Select(megabytes => _memory.IsReleasable(megabytes * Mega))];
}
