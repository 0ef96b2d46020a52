import { MemorySkillGroupNews } from '@hookswitch/api/skill-groups/memory-skill-group-news';
import { skillGroupNewsContract } from '../skill-group-news.contract.js';

skillGroupNewsContract('memory', async () => {
  const news = new MemorySkillGroupNews();
  return { mine: news, theirs: news, interrupt: (meanwhile) => news.interrupt(meanwhile) };
});
