using Gorb.Cli;
using Gorb.Model;

namespace Gorb.Tests.Cli;

public sealed class StartFailureTests
{
    private static readonly StateException Damaged = new("/var/lib/gorb/gorb.db is damaged");
    private static readonly IOException InUse = new("Failed to bind to address http://127.0.0.1:4672: address already in use.");

    [Fact]
    public void Explain_State_IsItsMessage() => Explain(Damaged).Should().Equal(Damaged.Message);

    [Fact]
    public void Explain_Port_NamesTheOption() => Explain(InUse).Should().Equal(
        "Failed to bind to address http://127.0.0.1:4672: address already in use; option -l names another address and port");

    [Fact]
    public void Explain_AddressThatIsNotHere_NamesTheOption() =>
        Explain(new IOException("cannot listen at 192.0.2.1:4672: Cannot assign requested address")).Should().Equal("cannot listen at 192.0.2.1:4672: Cannot assign requested address; option -l names another address and port");

    [Fact]
    public void Explain_WithoutSqlite_NamesTheFile() =>
        Explain(new AggregateException(new TypeInitializationException("SqliteConnection", new DllNotFoundException("Unable to load shared library 'e_sqlite3'")))).Should()
            .ContainSingle().Which.Should().Contain("libe_sqlite3.so").And.Contain("--state none");

    /// <summary>A second daemon finds both resources in use.</summary>
    [Fact]
    public void Explain_SeveralAtOnce_NamesAll() =>
        Explain(new AggregateException(Damaged, InUse)).Should().HaveCount(2).And.StartWith(Damaged.Message);

    /// <summary>SIGTERM during the start cancels every part that has not started yet.</summary>
    [Fact]
    public void IsEnd_NothingButCancellations()
    {
        StartFailure.IsEnd(new OperationCanceledException()).Should().BeTrue();
        StartFailure.IsEnd(new AggregateException(new TaskCanceledException(), new TaskCanceledException())).Should().BeTrue();
        StartFailure.IsEnd(new AggregateException(new TaskCanceledException(), Damaged)).Should().BeFalse();
        Explain(new AggregateException(new TaskCanceledException(), Damaged)).Should().Equal(Damaged.Message);
    }

    [Fact]
    public void Explain_Defect_IsNotExplainedAway()
    {
        Explain(new InvalidOperationException()).Should().BeEmpty();
        Explain(new AggregateException(Damaged, new InvalidOperationException())).Should().BeEmpty();
    }

    private static IReadOnlyList<string> Explain(Exception error) => StartFailure.Explain(error);
}
