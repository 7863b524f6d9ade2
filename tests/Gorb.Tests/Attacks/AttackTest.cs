namespace Gorb.Tests.Attacks;

/// <summary>Holds attacks against a daemon: each is refused, changes nothing and disturbs nobody.</summary>
public abstract class AttackTest(AttackedDaemon daemon) : IClassFixture<AttackedDaemon>
{
    private protected AttackedDaemon Daemon => daemon;

    private protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Sends the attack's request while others use the API.</summary>
    private protected async Task<RawAnswer> AssertRefusedAsync(Attack attack)
    {
        RawAnswer? answer = null;
        await AssertHarmlessAsync(async () =>
        {
            var answering = daemon.SendAsync(attack.From, attack.Request);
            await daemon.ServeOthersAsync();
            answer = await answering;
        });
        answer!.Status.Should().Be(attack.Status, answer.Text);
        if (attack.Text.Length > 0)
        {
            answer.Text.Should().Contain(attack.Text);
        }

        return answer;
    }

    /// <summary>Runs an attack. Afterwards the tables are as before, and others can use the API.</summary>
    private protected async Task AssertHarmlessAsync(Func<Task> attack)
    {
        var before = daemon.ReadTables();
        await attack();
        daemon.ReadTables().Should().Be(before);
        await daemon.ServeOthersAsync();
    }

    /// <summary>The names of attacks, as cases of a test.</summary>
    private protected static TheoryData<string> Names(IEnumerable<Attack> attacks) => [.. attacks.Select(static attack => attack.Name)];

    private protected static Attack Find(IEnumerable<Attack> attacks, string name) => attacks.Single(attack => attack.Name == name);
}
