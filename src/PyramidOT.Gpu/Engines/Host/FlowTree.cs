using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>
/// A spanning tree of the rows and columns of a transport problem, with the mass that flows along each of its edges and a potential at
/// each node: the basis of the network simplex method.
/// </summary>
/// <remarks>
/// <para>
/// Nodes are the columns, from 0 on, and the rows, from <see cref="FirstRow"/> on; in between lies padding, so that the columns' potentials
/// are read in whole vectors. An edge belongs to its lower node: its mass always flows from the row to the column, whichever of the
/// two is the parent.
/// </para>
/// <para>
/// A thread runs through all nodes in preorder, as a ring: a subtree is a node and the next Size - 1 ones. When a subtree is hung elsewhere
/// by another of its nodes, pieces of the old order are put together anew; within them nothing changes. Its potentials are then shifted
/// against those of all other nodes: whichever are fewer are walked through, from both ends at once, since a walk waits for each link.
/// </para>
/// </remarks>
internal readonly unsafe struct FlowTree
{
    /// <param name="rows">Rows, at least 1.</param>
    /// <param name="columns">Columns, at least 1.</param>
    /// <param name="scratch">Memory for the tree; what is taken stays taken.</param>
    public FlowTree(int rows, int columns, HostScratch scratch)
    {
        Rows = rows;
        Columns = columns;
        FirstRow = (columns + SimdWidth.Floats - 1) & -SimdWidth.Floats;
        int nodes = FirstRow + rows;
        Parent = scratch.Take<int>(nodes);
        Next = scratch.Take<int>(nodes);
        Previous = scratch.Take<int>(nodes);
        Last = scratch.Take<int>(nodes);
        Size = scratch.Take<int>(nodes);
        Flow = scratch.Take<long>(nodes);
        Potentials = scratch.Take<double>(nodes);
        Rounded = scratch.Take<float>(nodes);

        // Padding columns look infinitely dear.
        new Span<double>(Potentials + columns, FirstRow - columns).Fill(double.PositiveInfinity);
        new Span<float>(Rounded + columns, FirstRow - columns).Fill(float.PositiveInfinity);
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>The node of row 0.</summary>
    public int FirstRow { get; }

    /// <summary>The node above; -1 for the root.</summary>
    public int* Parent { get; }

    /// <summary>The next node in preorder; after the last one comes the root.</summary>
    public int* Next { get; }

    /// <summary>The node before in preorder.</summary>
    public int* Previous { get; }

    /// <summary>The last node of the subtree in preorder.</summary>
    public int* Last { get; }

    /// <summary>Nodes of the subtree.</summary>
    public int* Size { get; }

    /// <summary>The mass on the edge to the parent, in units.</summary>
    public long* Flow { get; }

    /// <summary>The potentials p: for a tree edge from row i to column j, c_ij + p_j - p_i = 0.</summary>
    public double* Potentials { get; }

    /// <summary>The potentials in float32.</summary>
    public float* Rounded { get; }

    /// <summary>Makes a node the first one of a tree that has no others.</summary>
    public void Plant(int root)
    {
        Parent[root] = -1;
        Next[root] = root;
        Previous[root] = root;
        Size[root] = 1;
        Flow[root] = 0;
    }

    /// <summary>Adds a leaf whose <see cref="Parent"/> and <see cref="Flow"/> are set; to be followed by <see cref="Complete"/>.</summary>
    public void Sprout(int node)
    {
        int parent = Parent[node];
        Link(node, Next[parent]);
        Link(parent, node);
    }

    /// <summary>Finds size and last node of all subtrees, when all leaves were added.</summary>
    public void Complete(int root)
    {
        int node = root;
        do
        {
            Size[node] = 1;
            Last[node] = -1;
            node = Next[node];
        }
        while (node != root);

        // Backwards, children come before their parents, the last one first.
        for (node = Previous[root]; node != root; node = Previous[node])
        {
            int parent = Parent[node];
            Last[node] = Last[node] < 0 ? node : Last[node];
            Last[parent] = Last[parent] < 0 ? Last[node] : Last[parent];
            Size[parent] += Size[node];
        }
    }

    /// <summary>Moves a subtree: takes it off at its top, and hangs it by another of its nodes under a node outside of it.</summary>
    /// <param name="top">The subtree's top, whose edge goes.</param>
    /// <param name="hook">The node that it hangs by from now on.</param>
    /// <param name="under">The node above that.</param>
    /// <param name="flow">The mass on the new edge.</param>
    /// <param name="shift">What all potentials of the subtree rise by, against the others.</param>
    /// <param name="join">The lowest node above both ends of the new edge.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Move(int top, int hook, int under, long flow, double shift, int join)
    {
        int* parent = Parent;
        int* next = Next;
        int* last = Last;
        int* size = Size;
        int whole = size[top];
        int before = Previous[top];
        int above = parent[top];
        for (int node = above, end = last[top]; node >= 0 && last[node] == end; node = parent[node])
        {
            last[node] = before;
        }

        for (int node = above; node != join; node = parent[node])
        {
            size[node] -= whole;
        }

        for (int node = under; node != join; node = parent[node])
        {
            size[node] += whole;
        }

        // From the hook up to the top, parents become children. Each brings what it has besides the child that it hangs under now: the part
        // of its old order before that child's subtree, and the part behind it.
        int stem = hook;
        int endOfFirst = Previous[hook];
        int oldSize = size[hook];
        int oldLast = last[hook];
        int below = 0;
        int tail = oldLast;
        int rest = next[tail];
        above = under;
        while (true)
        {
            int climb = parent[stem];
            long oldFlow = Flow[stem];
            parent[stem] = above;
            Flow[stem] = flow;
            size[stem] = whole - below;
            if (stem == top)
            {
                break;
            }

            int endOfNext = Previous[climb];
            int climbLast = last[climb];
            Link(tail, climb);
            tail = endOfFirst;
            if (climbLast != oldLast)
            {
                Link(tail, rest);
                tail = climbLast;
                rest = next[tail];
            }

            below = oldSize;
            oldSize = size[climb];
            oldLast = climbLast;
            endOfFirst = endOfNext;
            above = stem;
            stem = climb;
            flow = oldFlow;
        }

        for (int node = top; ; node = parent[node])
        {
            last[node] = tail;
            if (node == hook)
            {
                break;
            }
        }

        Link(before, rest);
        for (int node = under; node >= 0 && last[node] == under; node = parent[node])
        {
            last[node] = tail;
        }

        int after = next[under];
        Link(under, hook);
        Link(tail, after);
        int others = Rows + Columns - whole;
        if (whole <= others)
        {
            Shift(hook, tail, whole, shift);
        }
        else
        {
            Shift(after, under, others, -shift);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Link(int node, int next)
    {
        Next[node] = next;
        Previous[next] = node;
    }

    /// <summary>Shifts the potentials of so many nodes between two, both included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Shift(int first, int last, int count, double shift)
    {
        int* next = Next;
        int* previous = Previous;
        double* potentials = Potentials;
        float* rounded = Rounded;
        for (; count >= 2; count -= 2)
        {
            double potential = potentials[first] + shift;
            double other = potentials[last] + shift;
            potentials[first] = potential;
            potentials[last] = other;
            rounded[first] = (float)potential;
            rounded[last] = (float)other;
            first = next[first];
            last = previous[last];
        }

        if (count > 0)
        {
            double potential = potentials[first] + shift;
            potentials[first] = potential;
            rounded[first] = (float)potential;
        }
    }
}
